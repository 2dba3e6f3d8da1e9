import type { Column } from '@millrace/columns'
import { type AlertOperator, type Field, limits, type Plan } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import { expressionCode } from '../code/expression.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { ColumnAccess, never, Scope } from '../code/scope.ts'

/** The functions generated for one alert operator. */
export interface AlertCode {
  /** Writes to truth[0..] whether `when` is true for rows selection[from, to). */
  test(columns: readonly Column[], selection: Int32Array, from: number, to: number, truth: Uint8Array): void
  message(columns: readonly Column[], row: number): string
}

type Tools = [failures: FailureCount, runtime: Runtime, constants: readonly unknown[]]

export function alertCode(operator: AlertOperator, fields: readonly Field[], params: Plan['params'], failures: FailureCount): AlertCode {
  const testScope = new Scope()
  const test = testFunction(operator, fields, params, testScope)
  const messageScope = new Scope()
  const message = messageFunction(operator, fields, params, messageScope)
  return {
    test: (columns, selection, from, to, truth) => test(columns, selection, from, to, truth, failures, runtime, testScope.constants),
    message: (columns, row) => cut(message(columns, row, failures, runtime, messageScope.constants)),
  }
}

type Test = (columns: readonly Column[], selection: Int32Array, from: number, to: number, truth: Uint8Array, ...tools: Tools) => void

function testFunction(operator: AlertOperator, fields: readonly Field[], params: Plan['params'], scope: Scope): Test {
  const columns = new ColumnAccess(fields)
  const code = expressionCode(operator.when, { scope, columns, fields, params, row: 'i' })
  const body = `
${scope.bindConstants()}
${columns.bind('columns')}
for (let x = from; x < to; x++) {
  const i = selection[x];
  ${code.before}
  truth[x - from] = ${code.missing === never ? code.value : `!(${code.missing}) && ${code.value}`} ? 1 : 0;
}`
  return compileFunction<Test>('test', ['columns', 'selection', 'from', 'to', 'truth', 'F', 'lib', 'k'], body)
}

type Message = (columns: readonly Column[], row: number, ...tools: Tools) => string

function messageFunction(operator: AlertOperator, fields: readonly Field[], params: Plan['params'], scope: Scope): Message {
  const columns = new ColumnAccess(fields)
  const code = expressionCode(operator.message, { scope, columns, fields, params, row: 'i' })
  const body = `
${scope.bindConstants()}
${columns.bind('columns')}
${code.before}
return (${code.missing}) ? '' : ${code.value};`
  return compileFunction<Message>('message', ['columns', 'i', 'F', 'lib', 'k'], body)
}

const encoder = new TextEncoder()

/** At most as long as a message may be (semantics L1), cut at a character. */
function cut(text: string): string {
  if (text.length * 3 <= limits.messageBytes) return text
  const bytes = encoder.encode(text)
  if (bytes.length <= limits.messageBytes) return text
  let end = limits.messageBytes
  // Bytes 10xxxxxx go on with a character that began before.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--
  return new TextDecoder().decode(bytes.subarray(0, end))
}
