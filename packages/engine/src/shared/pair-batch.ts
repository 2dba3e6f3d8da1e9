import type { Batch, Column, Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { memberColumn } from '../code/member-params.ts'
import { ascending } from '../state/ascending.ts'
import { beginPairs, type GatheredColumn, gatherNumbers, pairColumn } from './pair-columns.ts'
import type { Pairs } from './route-code.ts'
import { blockMembers } from './threshold-blocks.ts'

/** Pairs of records and members as rows of their own. */
export class PairBatch {
  readonly pairs: Pairs = { rows: new Int32Array(0), members: new Int32Array(0) }
  private readonly fields: readonly Field[]
  private readonly columns: readonly GatheredColumn[]
  private sequence: Float64Array | null = null
  private time: Float64Array | null = null

  /** `fields`: of the records and, last, the member's number. */
  constructor(fields: readonly Field[]) {
    this.fields = fields
    this.columns = fields.filter(({ name }) => name !== memberColumn).map(({ type }) => pairColumn(scalar(type)))
  }

  /** Makes room for `most` pairs. */
  reserve(most: number): void {
    if (this.pairs.rows.length >= most + blockMembers) return
    this.pairs.rows = new Int32Array(most * 2 + 16)
    this.pairs.members = new Int32Array(most * 2 + 16)
  }

  /** The first `count` pairs, of the rows of a batch, as rows. They are valid until this is called again. */
  of(rows: Rows, count: number): Rows {
    const places = { rows: this.pairs.rows, count }
    this.columns.forEach((column, at) => {
      beginPairs(column, rows.batch.columns[at] as Column, places)
    })
    this.sequence = gatherNumbers(rows.sequence, places, this.sequence)
    this.time = gatherNumbers(rows.time, places, this.time)
    const members: Column = { kind: 'int32', values: this.pairs.members, validity: null }
    const batch: Batch = { rows: count, fields: this.fields, columns: [...this.columns, members] }
    return { ...rows, batch, selection: ascending(count), count, sequence: this.sequence, time: this.time }
  }
}

function scalar(type: Field['type']): Exclude<Field['type'], object> {
  if (typeof type === 'object') throw new Error('a plan with lists is not shared')
  return type
}
