import type { Column, Rows } from '@millrace/columns'
import type { AlertOperator, Field, Relation } from '@millrace/plan'
import type { OperatorContext } from '../operator.ts'
import { stepNumbers } from '../spread/step.ts'
import type { Episodes } from './episodes.ts'
import { ResultRows } from './result-rows.ts'
import { cellNumber, type StoredRows, storeCell } from './stored-rows.ts'

/** What happened to an episode. */
export type Told = 'open' | 'update' | 'clear' | 'withdraw'

/** Columns before those of the input: alert, severity, message, openedAt. */
const own = 4

/** Writes what happens to episodes, and hands it downstream in batches. */
export class AlertRows {
  readonly told: Record<Told, number> = { open: 0, update: 0, clear: 0, withdraw: 0 }
  private readonly severity: string
  private readonly episodes: Episodes
  private readonly context: OperatorContext
  private readonly results: ResultRows

  constructor({ severity }: AlertOperator, { window }: Relation, output: readonly Field[], episodes: Episodes, context: OperatorContext) {
    this.severity = severity
    this.episodes = episodes
    this.context = context
    const text = output.flatMap((field, at) => (field.type === 'string' ? [at] : []))
    const order = context.ordering?.columns
    this.results = new ResultRows(output, text, context.strings, { revised: true, windowed: window !== null, origin: true, order })
  }

  get isFull(): boolean {
    return this.results.room === 0
  }

  /** A row with the values of an input row. */
  write(told: Told, rows: Rows, row: number, entry: number): void {
    this.tell(told, entry, rows.sequence[row] as number, rows.time[row] as number)
    this.placeAfter(rows, row)
    const output = this.results.batch.columns
    const at = this.results.count++
    rows.batch.columns.forEach((column, field) => {
      storeCell(output[own + field] as Column, at, cellNumber(column, row, this.context.strings))
    })
  }

  /** An episode that fell silent ends with the row that it was last true for. */
  writeSilence(stored: StoredRows, entry: number, sequence: number, timeMs: number): void {
    this.tell('clear', entry, sequence, timeMs)
    this.placeSilence(entry)
    stored.write(entry, this.results.batch.columns, own, this.results.count++)
  }

  flush(): void {
    if (this.results.count === 0) return
    this.context.downstream.emit(this.results.take())
    this.results.clear()
  }

  /** What was not handed on is forgotten. */
  clear(): void {
    this.results.clear()
  }

  /** The alert's own part of the next row. */
  private tell(told: Told, entry: number, sequence: number, timeMs: number): void {
    const { results, episodes } = this
    const element = episodes.get('element', entry)
    if (element >= 0 !== results.exploded) this.flush()
    results.exploded = element >= 0
    results.reserve(1)
    const row = results.count
    const { strings } = this.context
    this.told[told]++
    const { columns } = results.batch
    storeCell(columns[0] as Column, row, strings.numberOf(told))
    storeCell(columns[1] as Column, row, strings.numberOf(this.severity))
    storeCell(columns[2] as Column, row, episodes.get('message', entry))
    storeCell(columns[3] as Column, row, episodes.get('opening', entry))
    results.sequence[row] = sequence
    results.time[row] = timeMs
    if (results.revision !== null) results.revision[row] = episodes.get('revision', entry)
    if (results.origin !== null) results.origin[row] = episodes.get('origin', entry)
    results.element[row] = element
    if (results.windowStart !== null) results.windowStart[row] = episodes.get('openedStart', entry)
    if (results.windowEnd !== null) results.windowEnd[row] = episodes.get('openedEnd', entry)
  }

  /** The next row comes where its input row did. */
  private placeAfter(rows: Rows, row: number): void {
    const { ordering } = this.context
    const { order, count } = this.results
    if (ordering === null || order === null) return
    const step = stepNumbers(ordering.step)
    order.forEach((column, at) => {
      column[count] = (rows.order ? rows.order[at]?.[row] : step[at]) ?? 0
    })
  }

  /** Silences of one instant come in the order in which the episodes opened (semantics R4.6). */
  private placeSilence(entry: number): void {
    const { ordering } = this.context
    const { order, count } = this.results
    if (ordering === null || order === null) return
    const places = [...stepNumbers(ordering.step), this.episodes.get('origin', entry), ...this.episodes.placesOf(entry)]
    order.forEach((column, at) => {
      column[count] = places[at] as number
    })
  }
}
