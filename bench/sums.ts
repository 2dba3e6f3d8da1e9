import { type Batch, type Column, isSet, type Rows } from '@millrace/columns'
import type { JobSink } from '@millrace/engine'

/** Sums over what an engine found: two engines that agree on all of them did the same work. */
export type Sums = Readonly<Record<string, number>>

/** Of results, by the names in `statistics`; DuckDB's side is `resultSumsSql`. */
export class ResultSums implements JobSink {
  readonly sums = { results: 0, records: 0, active: 0, total: 0, lowest: 0, highest: 0, mean: 0, keys: 0, windows: 0 }

  rows(_output: string, { batch, selection, count, windowStart }: Rows): void {
    const cell = cellsOf(batch)
    for (let i = 0; i < count; i++) {
      const row = selection[i] as number
      const records = cell('records', row)
      this.sums.results++
      for (const name of ['records', 'active', 'total', 'lowest', 'highest', 'mean'] as const) this.sums[name] += cell(name, row)
      this.sums.keys += records * ((cell('station_id', row) % 1009) + 3 * cell('datapoint_id', row) + 5 * cell('alarm_id', row))
      this.sums.windows += records * (((windowStart?.[row] as number) / 1000) % 100_003)
    }
  }

  late(): void {
    throw new Error('the data of the benchmarks has no record too late for its windows')
  }
}

/** Of decoded alarms; DuckDB's side is `alarmSumsSql`. */
export class AlarmSums {
  readonly sums = { rows: 0, station_id: 0, datapoint_id: 0, alarm_id: 0, event_time: 0, value: 0, valueThreshold: 0, isActive: 0 }

  batch(batch: Batch): void {
    const cell = cellsOf(batch)
    for (let row = 0; row < batch.rows; row++) {
      this.sums.rows++
      for (const name of ['station_id', 'datapoint_id', 'alarm_id', 'value', 'valueThreshold', 'isActive'] as const) this.sums[name] += cell(name, row)
      this.sums.event_time += cell('event_time', row) / 1000
    }
  }
}

/** Whole sums are to be equal, others within 1e-9 of each other. */
export function sameSums(ours: Sums, theirs: Sums): void {
  for (const [name, sum] of Object.entries(ours)) {
    const other = theirs[name] as number
    const exact = Number.isInteger(sum) && Number.isInteger(other)
    const near = exact ? sum === other : Math.abs(sum - other) <= 1e-9 * Math.abs(other)
    if (!near) throw new Error(`wrong results: ${name} is ${sum}, the peer found ${other}`)
  }
}

/** Cells as numbers: true is 1, missing is 0. */
function cellsOf(batch: Batch): (name: string, row: number) => number {
  const columns = new Map(batch.fields.map((field, i) => [field.name, batch.columns[i] as Column]))
  return (name, row) => numberIn(columns.get(name) as Column, row)
}

function numberIn(column: Column, row: number): number {
  if (column.kind === 'list' || column.kind === 'string') throw new Error('no sum of these')
  if (column.validity !== null && !isSet(column.validity, row)) return 0
  return column.kind === 'bool' ? Number(isSet(column.values, row)) : (column.values[row] as number)
}
