import type { Column, Rows } from '@millrace/columns'
import type { Expression, Field, FilterOperator, Plan } from '@millrace/plan'
import type { MemberPairs, MemberParams } from '../code/member-params.ts'
import type { FailureCount } from '../code/runtime.ts'
import { filter } from '../operators/filter.ts'
import type { Transform } from '../operators/transform.ts'
import { conditionsOf } from './conditions.ts'
import { MemberIndex } from './member-index.ts'
import { PairBatch } from './pair-batch.ts'
import { type FindPairs, findPairs } from './route-code.ts'
import { thresholdBlocks } from './threshold-blocks.ts'

/** Room for so many pairs is taken without counting them. */
const few = 1 << 16

/**
 * The filter over a stream's records, for all members at once: finds the (row, member) pairs for which the condition
 * is true, by row and then by member. `begin` takes a batch; `rows` then answers for parts of it, from the front:
 * with pairs, or, where all that read them are windows, with the rows that may have some, as those sort rows by time
 * before they let them be paired.
 */
export class Route implements MemberPairs {
  /** Of all members. */
  readonly count: number
  private readonly paired: boolean
  private readonly alike: Transform | null
  private readonly index: MemberIndex
  private readonly pairsOf: FindPairs
  private readonly fields: readonly Field[]
  private readonly pairBatch: PairBatch
  /** Of rows that come too late for a window. */
  private readonly lateBatch: PairBatch
  /** Rows of the batch that may be for somebody; the group of each, by row. */
  private kept = new Int32Array(0)
  private groups = new Int32Array(0)
  private keptCount = 0
  private at = 0

  /** `fields`: of the records and, last, the member's number. */
  constructor(
    operator: FilterOperator,
    fields: readonly Field[],
    params: Plan['params'],
    of: { readonly count: number; readonly params: MemberParams; readonly paired: boolean },
    failures: FailureCount,
  ) {
    const { alike, equal, threshold, rest } = conditionsOf(operator.where, fields, of.params.values)
    this.paired = of.paired
    this.alike = alike.length === 0 ? null : filter({ ...operator, input: '', where: allOf(alike) }, fields, params, failures)
    this.count = of.count
    this.index = new MemberIndex(of.count, equal, threshold)
    const blocks = threshold === null ? null : thresholdBlocks(this.index, threshold)
    this.pairsOf = findPairs(this.index, blocks, rest, { fields, params, failures })
    this.fields = fields
    this.pairBatch = new PairBatch(fields)
    this.lateBatch = new PairBatch(fields)
  }

  begin(rows: Rows): void {
    const { selection, count } = this.alike === null ? rows : this.alike(rows)
    const batchRows = rows.batch.rows
    if (this.groups.length < batchRows) this.groups = new Int32Array(batchRows * 2)
    if (this.kept.length < count) this.kept = new Int32Array(count * 2)
    this.index.find(rows.batch.columns, selection, count, this.groups)
    const { kept, groups } = this
    let n = 0
    for (let x = 0; x < count; x++) {
      const row = selection[x] as number
      kept[n] = row
      n += ((groups[row] as number) >>> 31) ^ 1
    }
    this.keptCount = n
    this.at = 0
  }

  /** The first row of the batch that would bring more than `most` pairs together with those not asked for yet; at least one row is taken. */
  reach(most: number): number {
    const { kept, groups, keptCount } = this
    const { starts, largest } = this.index
    if ((keptCount - this.at) * largest <= most) return Number.POSITIVE_INFINITY
    let pairs = 0
    for (let x = this.at; x < keptCount; x++) {
      const group = groups[kept[x] as number] as number
      pairs += (starts[group + 1] as number) - (starts[group] as number)
      if (pairs > most && x > this.at) return kept[x] as number
    }
    return Number.POSITIVE_INFINITY
  }

  /** For the next rows of the batch that began, all of them. */
  readonly transform: Transform = (rows) => {
    const from = this.at
    this.at = this.placeOf(rows.count === 0 ? 0 : (rows.selection[rows.count - 1] as number) + 1)
    this.pairBatch.reserve(this.most(this.kept, from, this.at))
    if (this.paired) return this.pairBatch.of(rows, this.find(rows, this.kept, from, this.at))
    const members: Column = { kind: 'int32', values: this.members, validity: null }
    const batch = { rows: rows.batch.rows, fields: this.fields, columns: [...rows.batch.columns, members] }
    return { ...rows, batch, selection: this.kept.subarray(from, this.at), count: this.at - from }
  }

  get rows(): Int32Array {
    return this.pairBatch.pairs.rows
  }

  get members(): Int32Array {
    return this.pairBatch.pairs.members
  }

  find({ batch }: Rows, selection: Int32Array, from: number, to: number): number {
    return this.pairsOf(batch.columns, this.groups, selection, from, to, this.pairBatch.pairs)
  }

  batch(rows: Rows, selection: Int32Array, count: number): Rows {
    this.lateBatch.reserve(this.most(selection, 0, count))
    const pairs = this.pairsOf(rows.batch.columns, this.groups, selection, 0, count, this.lateBatch.pairs)
    return this.lateBatch.of(rows, pairs)
  }

  /** How many pairs the rows can have at most. */
  private most(selection: Int32Array, from: number, to: number): number {
    const { starts, largest } = this.index
    if ((to - from) * largest <= few) return (to - from) * largest
    let most = 0
    for (let x = from; x < to; x++) {
      const group = this.groups[selection[x] as number] as number
      most += (starts[group + 1] as number) - (starts[group] as number)
    }
    return most
  }

  /** The first place behind those asked for whose row is `row` or a later one. */
  private placeOf(row: number): number {
    let low = this.at
    let high = this.keptCount
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.kept[middle] as number) < row) low = middle + 1
      else high = middle
    }
    return low
  }
}

function allOf(conditions: readonly Expression[]): Expression {
  return conditions.reduce((left, right) => ({ kind: 'call', name: 'and', args: [left, right] }))
}
