import type { Column, Rows } from '@millrace/columns'
import type { Expression, Field, FilterOperator, Plan } from '@millrace/plan'
import type { MemberParams } from '../code/member-params.ts'
import { memberColumn } from '../code/member-params.ts'
import type { FailureCount } from '../code/runtime.ts'
import { filter } from '../operators/filter.ts'
import type { Transform } from '../operators/transform.ts'
import { ascending } from '../state/ascending.ts'
import { conditionsOf } from './conditions.ts'
import { MemberIndex } from './member-index.ts'
import { beginPairs, type GatheredColumn, gatherNumbers, pairColumn } from './pair-columns.ts'
import { type FindPairs, findPairs } from './route-code.ts'

/**
 * The filter over a stream's records, for all members at once: turns rows into (row, member) pairs, one for every
 * member whose condition is true, by row and then by member. `begin` takes a batch; `rows` then answers for parts
 * of it, from the front.
 */
export class Route {
  private readonly alike: Transform | null
  private readonly index: MemberIndex
  private readonly find: FindPairs
  private readonly fields: readonly Field[]
  private readonly columns: readonly GatheredColumn[]
  /** Rows of the batch that may be for somebody, and their groups. */
  private kept: Int32Array = new Int32Array(0)
  private groups = new Int32Array(0)
  private count = 0
  private at = 0
  private pairRows = new Int32Array(0)
  private pairMembers = new Int32Array(0)
  private sequence: Float64Array | null = null
  private time: Float64Array | null = null

  /** `fields`: of the records and, last, the member's number. */
  constructor(operator: FilterOperator, fields: readonly Field[], params: Plan['params'], members: number, of: MemberParams, failures: FailureCount) {
    const { alike, equal, rest } = conditionsOf(operator.where, fields, of)
    this.alike = alike.length === 0 ? null : filter({ ...operator, input: '', where: allOf(alike) }, fields, params, failures)
    this.index = new MemberIndex(members, equal)
    this.find = findPairs(rest, fields, params, failures)
    this.fields = fields
    this.columns = fields.filter(({ name }) => name !== memberColumn).map(({ type }) => pairColumn(kindOf(type)))
  }

  begin(rows: Rows): void {
    const { selection, count } = this.alike === null ? rows : this.alike(rows)
    if (this.groups.length < count) this.groups = new Int32Array(count * 2)
    this.index.find(rows.batch.columns, selection, count, this.groups)
    this.kept = selection
    this.count = count
    this.at = 0
  }

  /** The first row of the batch that would bring more than `most` pairs together with those not asked for yet; at least one row is taken. */
  reach(most: number): number {
    const { kept, groups, count } = this
    const { starts } = this.index
    let pairs = 0
    for (let x = this.at; x < count; x++) {
      const group = groups[x] as number
      if (group < 0) continue
      pairs += (starts[group + 1] as number) - (starts[group] as number)
      if (pairs > most && x > this.at) return kept[x] as number
    }
    return Number.POSITIVE_INFINITY
  }

  /** `rows`: the next rows of the batch that began, all of them. */
  readonly rows: Transform = (rows) => {
    const end = rows.count === 0 ? 0 : (rows.selection[rows.count - 1] as number) + 1
    const from = this.at
    this.at = this.placeOf(end)
    const count = this.findIn(rows.batch.columns, from, this.at)
    const places = { rows: this.pairRows, count }
    this.columns.forEach((column, at) => {
      beginPairs(column, rows.batch.columns[at] as Column, places)
    })
    this.sequence = gatherNumbers(rows.sequence, places, this.sequence)
    this.time = gatherNumbers(rows.time, places, this.time)
    const members: Column = { kind: 'int32', values: this.pairMembers, validity: null }
    const batch = { rows: count, fields: this.fields, columns: [...this.columns, members] }
    return { ...rows, batch, selection: ascending(count), count, sequence: this.sequence, time: this.time }
  }

  private findIn(columns: readonly Column[], from: number, to: number): number {
    const { kept, groups, index } = this
    const { starts, members } = index
    let most = 1
    for (let x = from; x < to; x++) {
      const group = groups[x] as number
      if (group >= 0) most += (starts[group + 1] as number) - (starts[group] as number)
    }
    if (this.pairRows.length < most) {
      this.pairRows = new Int32Array(most * 2)
      this.pairMembers = new Int32Array(most * 2)
    }
    return this.find(columns, { rows: kept, groups, starts, members }, from, to, this.pairRows, this.pairMembers)
  }

  private placeOf(row: number): number {
    let place = this.at
    while (place < this.count && (this.kept[place] as number) < row) place++
    return place
  }
}

function kindOf(type: Field['type']): Exclude<Field['type'], object> {
  if (typeof type === 'object') throw new Error('a plan with lists is not shared')
  return type
}

function allOf(conditions: readonly Expression[]): Expression {
  return conditions.reduce((left, right) => ({ kind: 'call', name: 'and', args: [left, right] }))
}
