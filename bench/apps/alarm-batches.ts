import type { Batch, Column } from '@millrace/columns'
import { type Field, type Plan, type StreamNode, streamFields } from '@millrace/plan'

/** Alarms made up without a file: of which sensor, when, and what it measured. */
export interface MadeUp {
  readonly rows: number
  key(row: number): number
  timeMs(row: number): number
  value(row: number): number
}

/** In batches of so many rows; each has memory of its own. */
export function* alarmBatches(plan: Plan, made: MadeUp, rowsOfBatch: number): Iterable<Batch> {
  const fields = streamFields(plan.streams['alarms'] as StreamNode)
  for (let from = 0; from < made.rows; from += rowsOfBatch) yield batchOf(fields, made, from, Math.min(made.rows, from + rowsOfBatch))
}

function batchOf(fields: readonly Field[], made: MadeUp, from: number, to: number): Batch {
  return { rows: to - from, fields, columns: fields.map((field) => columnOf(field, made, from, to - from)) }
}

function columnOf({ name, type, nullable }: Field, made: MadeUp, from: number, rows: number): Column {
  const bits = (rows + 7) >> 3
  const validity = nullable ? new Uint8Array(bits).fill(255) : null
  if (type === 'bool') return { kind: type, values: new Uint8Array(bits).fill(0b01010101), validity }
  if (type === 'int32') return { kind: type, values: new Int32Array(rows).fill(1), validity }
  const value = name === 'station_id' ? made.key : name === 'event_time' ? made.timeMs : made.value
  return { kind: type as 'float64', values: Float64Array.from({ length: rows }, (_, row) => value(from + row)), validity }
}
