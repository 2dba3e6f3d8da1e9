import type { Column } from '@millrace/columns'
import type { Expression, Field, Plan } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import { expressionCode } from '../code/expression.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { type Code, ColumnAccess, never, Scope } from '../code/scope.ts'

/** Rows and the groups of members that they are for. */
export interface Grouped {
  readonly rows: Int32Array
  readonly groups: Int32Array
  readonly starts: Int32Array
  readonly members: Int32Array
}

/**
 * For places [from, to): writes every (row, member) of the row's group for which all conditions are true, rows in
 * their order, to `pairRows` and `pairMembers`; answers how many. Both need one place more than there can be pairs.
 */
export type FindPairs = (columns: readonly Column[], grouped: Grouped, from: number, to: number, pairRows: Int32Array, pairMembers: Int32Array) => number

type Generated = (...args: [...Parameters<FindPairs>, failures: FailureCount, runtime: Runtime, constants: readonly unknown[]]) => number

export function findPairs(conditions: readonly Expression[], fields: readonly Field[], params: Plan['params'], failures: FailureCount): FindPairs {
  const scope = new Scope()
  const columns = new RowColumns(fields)
  const codes = conditions.map((condition) => expressionCode(condition, { scope, columns, fields, params, row: 'i', member: 'm' }))
  const body = `
const { rows, groups, starts, members } = grouped;
${scope.bindConstants()}
${columns.bind('columns')}
let n = 0;
for (let x = from; x < to; x++) {
  const g = groups[x];
  if (g < 0) continue;
  const i = rows[x];
  ${columns.readRow()}
  for (let p = starts[g], end = starts[g + 1]; p < end; p++) {
    const m = members[p];
    pairRows[n] = i; pairMembers[n] = m;
    ${keptCode(codes)}
  }
}
return n;`
  const params_ = ['columns', 'grouped', 'from', 'to', 'pairRows', 'pairMembers', 'F', 'lib', 'k']
  const generated = compileFunction<Generated>('findPairs', params_, body)
  return (...args) => generated(...args, failures, runtime, scope.constants)
}

/** A pair is kept by moving on to the next place: mostly without a branch. */
function keptCode(codes: readonly Code[]): string {
  if (codes.every(({ before }) => before === '')) return `n += ${codes.map(holds).join(' && ') || 'true'} ? 1 : 0;`
  return codes.reduceRight((inner, code) => `${code.before} if (${holds(code)}) { ${inner} }`, 'n++;')
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
