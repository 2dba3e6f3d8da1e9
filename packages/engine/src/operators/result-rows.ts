import type { Column, Float64Column, Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { OutputColumns, shareDictionary } from '../code/output.ts'
import { ascending } from '../state/ascending.ts'
import type { Strings } from '../state/strings.ts'

const maxRows = 4096
/** Most operators of most jobs give few rows at a time. */
const firstRows = 64

/** What the rows of an operator have beside their columns. */
export interface ResultMeta {
  readonly revised: boolean
  /** Number of the column windowStart, where the row's window stands in its columns. */
  readonly bounds?: number
  /** The rows have a window of their own beside their columns. */
  readonly windowed?: boolean
  readonly origin?: boolean
  /** Columns that order the rows of one sequence across the parts of a job. */
  readonly order?: number
}

/** The batch that an operator with state fills and hands downstream when it is full or its instant ends. */
export class ResultRows {
  readonly batch: OutputColumns
  count = 0
  sequence = new Float64Array(firstRows)
  time = new Float64Array(firstRows)
  revision: Int32Array | null
  /** Of rows whose window is not their own columns: that of the row that opened an episode. */
  windowStart: Float64Array | null
  windowEnd: Float64Array | null
  element = new Int32Array(firstRows)
  /** Whether `element` says anything: the rows have a number among those of one cause. */
  exploded = false
  origin: Float64Array | null
  /** Every row written sets all of them. */
  readonly order: Float64Array[] | null
  private readonly strings: Strings
  /** Column that holds the window's start, before that of its end; -1: none does. */
  private readonly bounds: number
  /** String columns whose entry numbers are those of the job's strings. */
  private readonly shared: readonly number[]

  constructor(fields: readonly Field[], shared: readonly number[], strings: Strings, meta: ResultMeta) {
    this.batch = new OutputColumns(fields, firstRows)
    this.shared = shared
    this.strings = strings
    this.revision = meta.revised ? new Int32Array(firstRows) : null
    this.bounds = meta.bounds ?? -1
    this.windowStart = meta.windowed === true ? new Float64Array(firstRows) : null
    this.windowEnd = meta.windowed === true ? new Float64Array(firstRows) : null
    this.origin = meta.origin === true ? new Float64Array(firstRows) : null
    this.order = meta.order === undefined ? null : Array.from({ length: meta.order }, () => new Float64Array(firstRows))
    this.clear()
  }

  /** Rows that still fit before the batch must go. */
  get room(): number {
    return maxRows - this.count
  }

  /** Makes sure that `rows` more rows, no more than `room`, can be stored. */
  reserve(rows: number): void {
    const capacity = this.sequence.length
    if (this.count + rows <= capacity) return
    this.grow(Math.min(maxRows, Math.max(this.count + rows, capacity * 4)))
  }

  /** What stands here, valid until the next row is written. */
  take(): Rows {
    this.batch.rows = this.count
    const { batch, count, sequence, time, revision, origin, order } = this
    const windowStart = this.bounds < 0 ? this.windowStart : (batch.columns[this.bounds] as Float64Column).values
    const windowEnd = this.bounds < 0 ? this.windowEnd : (batch.columns[this.bounds + 1] as Float64Column).values
    const element = this.exploded ? this.element : null
    return { batch, selection: ascending(count), count, sequence, time, revision, windowStart, windowEnd, element, origin, order }
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
    this.batch.clear(this.sequence.length)
    this.shareStrings()
  }

  private grow(capacity: number): void {
    this.sequence = grown(this.sequence, new Float64Array(capacity))
    this.time = grown(this.time, new Float64Array(capacity))
    this.element = grown(this.element, new Int32Array(capacity))
    if (this.revision !== null) this.revision = grown(this.revision, new Int32Array(capacity))
    if (this.windowStart !== null) this.windowStart = grown(this.windowStart, new Float64Array(capacity))
    if (this.windowEnd !== null) this.windowEnd = grown(this.windowEnd, new Float64Array(capacity))
    if (this.origin !== null) this.origin = grown(this.origin, new Float64Array(capacity))
    this.order?.forEach((column, at, all) => {
      all[at] = grown(column, new Float64Array(capacity))
    })
    this.batch.grow(capacity)
  }

  private shareStrings(): void {
    for (const at of this.shared) shareDictionary(this.batch.columns[at] as Column, this.strings.dictionary)
  }
}

function grown<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
