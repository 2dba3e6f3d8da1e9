import type { Column } from '@millrace/columns'
import type { Expression, Field, Plan } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import { expressionCode } from '../code/expression.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { type Code, ColumnAccess, never, Scope } from '../code/scope.ts'

/** Groups of members by row of a batch, -1 where a row is for none; group g are members[starts[g]] up to members[starts[g + 1]]. */
export interface Grouping {
  readonly groups: Int32Array
  readonly starts: Int32Array
  readonly members: Int32Array
}

/** Where pairs go: both arrays need a place more than there can be pairs. */
export interface Pairs {
  rows: Int32Array
  members: Int32Array
}

/**
 * For the rows selection[from, to): writes every (row, member) of the row's group for which all conditions are true,
 * rows in their order; answers how many.
 */
export type FindPairs = (columns: readonly Column[], grouping: Grouping, selection: Int32Array, from: number, to: number, pairs: Pairs) => number

type Generated = (...args: [...Parameters<FindPairs>, failures: FailureCount, runtime: Runtime, constants: readonly unknown[]]) => number

/** `threshold`: members for which it is true stand first in their group. */
export function findPairs(
  threshold: Expression | null,
  conditions: readonly Expression[],
  fields: readonly Field[],
  params: Plan['params'],
  failures: FailureCount,
): FindPairs {
  const scope = new Scope()
  const columns = new RowColumns(fields)
  const codeOf = (condition: Expression): Code => expressionCode(condition, { scope, columns, fields, params, row: 'i', member: 'm' })
  const first = threshold === null ? null : codeOf(threshold)
  const codes = conditions.map(codeOf)
  const body = `
const { groups, starts, members } = grouping, pairRows = pairs.rows, pairMembers = pairs.members;
${scope.bindConstants()}
${columns.bind('columns')}
let n = 0;
for (let x = from; x < to; x++) {
  const i = selection[x], g = groups[i];
  if (g < 0) continue;
  ${columns.readRow()}
  ${missingCode(first === null ? codes : [first, ...codes])}
  for (let p = starts[g], end = starts[g + 1]; p < end; p++) {
    const m = members[p];
    ${first === null ? '' : `${first.before} if (!(${holds(first)})) break;`}
    pairRows[n] = i; pairMembers[n] = m;
    ${keptCode(codes)}
  }
}
return n;`
  const generated = compileFunction<Generated>('findPairs', ['columns', 'grouping', 'selection', 'from', 'to', 'pairs', 'F', 'lib', 'k'], body)
  return (...args) => generated(...args, failures, runtime, scope.constants)
}

/** Without statements of its own, a condition is missing by the row alone: params never are. */
function missingCode(codes: readonly Code[]): string {
  return codes.map(({ before, missing }) => (before === '' && missing !== never ? `if (${missing}) continue;` : '')).join(' ')
}

/** A pair is kept by moving on to the next place: mostly without a branch. */
function keptCode(codes: readonly Code[]): string {
  const plain = codes.filter(({ before }) => before === '').map(({ value }) => `(${value})`)
  const others = codes.filter(({ before }) => before !== '')
  if (others.length === 0) return plain.length === 0 ? 'n++;' : `n += (${plain.join(' & ')}) | 0;`
  const kept = others.reduceRight((inner, code) => `${code.before} if (${holds(code)}) { ${inner} }`, 'n++;')
  return plain.length === 0 ? kept : `if (${plain.join(' && ')}) { ${kept} }`
}

const holds = ({ value, missing }: Code): string => (missing === never ? value : `!(${missing}) && ${value}`)

/** Reads each column once a row, whatever the number of members that see it. */
class RowColumns extends ColumnAccess {
  private readonly reads = new Map<string, Code & { readonly statement: string }>()

  override read(name: string, row: string): Code {
    const known = this.reads.get(name)
    if (known !== undefined) return known
    const code = super.read(name, row)
    const at = this.reads.size
    const missing = code.missing === never ? never : `a${at}`
    const statement = `const r${at} = ${code.value}${missing === never ? '' : `, ${missing} = ${code.missing}`};`
    const read = { before: '', value: `r${at}`, missing, statement }
    this.reads.set(name, read)
    return read
  }

  readRow(): string {
    return [...this.reads.values()].map(({ statement }) => statement).join(' ')
  }
}
