import type { Column } from '@millrace/columns'
import type { Expression, Field, Plan } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import { expressionCode } from '../code/expression.ts'
import { type MemberParams, membersIn, withMembers } from '../code/member-params.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { type Code, ColumnAccess, never, Scope } from '../code/scope.ts'
import type { MemberIndex } from './member-index.ts'
import { blockMembers, type ThresholdBlocks } from './threshold-blocks.ts'

/** Where pairs go: both arrays need room for a block more than there can be pairs. */
export interface Pairs {
  rows: Int32Array
  members: Int32Array
}

/**
 * For the rows selection[from, to), each of which has a group: writes every (row, member) of the row's group for which
 * all conditions are true, rows in their order; answers how many. `groups`: by row.
 */
export type FindPairs = (columns: readonly Column[], groups: Int32Array, selection: Int32Array, from: number, to: number, pairs: Pairs) => number

type Members = Pick<MemberIndex, 'starts' | 'members'>
type Generated = (
  columns: readonly Column[],
  members: Members,
  groups: Int32Array,
  selection: Int32Array,
  from: number,
  to: number,
  pairs: Pairs,
  failures: FailureCount,
  runtime: Runtime,
  constants: readonly unknown[],
) => number
const names = ['columns', 'index', 'groups', 'selection', 'from', 'to', 'pairs', 'F', 'lib', 'k']

/** What conditions are compiled against. */
interface Conditions {
  readonly fields: readonly Field[]
  readonly params: Plan['params']
  readonly failures: FailureCount
}

/** `blocks`: of members by a first condition; null: there is none. */
export function findPairs(index: MemberIndex, blocks: ThresholdBlocks | null, conditions: readonly Expression[], against: Conditions): FindPairs {
  const all = blocks === null ? conditions : [blocks.threshold.condition, ...conditions]
  return (blocks !== null && conditions.length === 0 ? byBlocks(blocks, against) : null) ?? byMembers(index, all, blocks !== null, against)
}

/** Where the threshold is all that is left to ask; null: it takes statements of its own. */
function byBlocks(blocks: ThresholdBlocks, { fields, params, failures }: Conditions): FindPairs | null {
  const scope = new Scope()
  const columns = new RowColumns(fields)
  const members = membersIn(params) as MemberParams
  const own = withMembers(params, { ...members, values: new Map([...members.values, [blocks.threshold.param, blocks.values]]) })
  const places = Array.from({ length: blockMembers }, (_, at) => at)
  const codes = places.map((at) => expressionCode(blocks.threshold.condition, { scope, columns, fields, params: own, row: 'i', member: `p + ${at}` }))
  if (codes.some(({ before }) => before !== '')) return null
  const loop = `
  for (let p = starts[g]; ; p += ${blockMembers}) {
    ${places.map((at) => `pairRows[n + ${at}] = i; pairMembers[n + ${at}] = members[p + ${at}];`).join(' ')}
    const kept = ${codes.map(({ value }) => `(${value} | 0)`).join(' + ')};
    n += kept;
    if (kept < ${blockMembers}) break;
  }`
  return compiled(blocks, loop, codes, scope, columns, failures)
}

/** `sorted`: members for which the first condition is true stand first in their group. */
function byMembers(index: MemberIndex, conditions: readonly Expression[], sorted: boolean, { fields, params, failures }: Conditions): FindPairs {
  const scope = new Scope()
  const columns = new RowColumns(fields)
  const codes = conditions.map((condition) => expressionCode(condition, { scope, columns, fields, params, row: 'i', member: 'm' }))
  const [first, ...others] = codes
  const ends = sorted && first !== undefined
  const loop = `
  for (let p = starts[g], end = starts[g + 1]; p < end; p++) {
    const m = members[p];
    ${ends ? `${first.before} if (!(${holds(first)})) break;` : ''}
    pairRows[n] = i; pairMembers[n] = m;
    ${keptCode(ends ? others : codes)}
  }`
  return compiled(index, loop, codes, scope, columns, failures)
}

function compiled(members: Members, loop: string, codes: readonly Code[], scope: Scope, columns: RowColumns, failures: FailureCount): FindPairs {
  const body = `
const { starts, members } = index, pairRows = pairs.rows, pairMembers = pairs.members;
${scope.bindConstants()}
${columns.bind('columns')}
let n = 0;
for (let x = from; x < to; x++) {
  const i = selection[x], g = groups[i];
  ${columns.readRow()}
  ${missingCode(codes)}
  ${loop}
}
return n;`
  const generated = compileFunction<Generated>('findPairs', names, body)
  return (batch, groups, selection, from, to, pairs) => generated(batch, members, groups, selection, from, to, pairs, failures, runtime, scope.constants)
}

/** Without statements of its own, a condition is missing by the row alone: params never are. */
function missingCode(codes: readonly Code[]): string {
  const tests = codes.filter(({ before, missing }) => before === '' && missing !== never).map(({ missing }) => missing)
  return [...new Set(tests)].map((missing) => `if (${missing}) continue;`).join(' ')
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
