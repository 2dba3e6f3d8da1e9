import type { Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { OutputColumns, shareDictionary } from '../code/output.ts'
import type { Strings } from '../state/strings.ts'

export const maxResultRows = 4096

/** The batch that an operator with state fills and hands downstream when it is full or its instant ends. */
export class ResultRows {
  readonly batch: OutputColumns
  count = 0
  readonly sequence = new Float64Array(maxResultRows)
  readonly time = new Float64Array(maxResultRows)
  readonly revision: Int32Array | null
  readonly windowStart: Float64Array | null
  readonly windowEnd: Float64Array | null
  readonly element = new Int32Array(maxResultRows)
  /** Whether `element` says anything: some row came from an exploded record. */
  exploded = false
  readonly origin: Float64Array | null
  private readonly selection = Int32Array.from({ length: maxResultRows }, (_, row) => row)
  private readonly strings: Strings
  /** String columns whose entry numbers are those of the job's strings. */
  private readonly shared: readonly number[]

  constructor(fields: readonly Field[], shared: readonly number[], strings: Strings, meta: { revised: boolean; windowed: boolean; origin?: boolean }) {
    this.batch = new OutputColumns(fields, maxResultRows)
    this.shared = shared
    this.strings = strings
    this.revision = meta.revised ? new Int32Array(maxResultRows) : null
    this.windowStart = meta.windowed ? new Float64Array(maxResultRows) : null
    this.windowEnd = meta.windowed ? new Float64Array(maxResultRows) : null
    this.origin = meta.origin === true ? new Float64Array(maxResultRows) : null
    this.clear()
  }

  get room(): number {
    return maxResultRows - this.count
  }

  /** What stands here, valid until the next row is written. */
  take(): Rows {
    this.batch.rows = this.count
    const { batch, selection, count, sequence, time, revision, windowStart, windowEnd, origin } = this
    const element = this.exploded ? this.element : null
    return { batch, selection, count, sequence, time, revision, windowStart, windowEnd, element, origin }
  }

  /** Forgets what was stored at a row that is not to be counted. */
  unwrite(row: number): void {
    for (const column of this.batch.columns) {
      if (column.validity !== null) column.validity[row >> 3]! |= 1 << (row & 7)
      if (column.kind === 'bool') column.values[row >> 3]! &= ~(1 << (row & 7))
    }
  }

  clear(): void {
    this.count = 0
    this.batch.clear(maxResultRows)
    for (const at of this.shared) shareDictionary(this.batch.columns[at] as never, this.strings.dictionary)
  }
}
