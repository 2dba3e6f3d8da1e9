import type { Sums } from './sums.ts'

/** DuckDB on one thread, in this process: the peer. */
export interface Duck {
  run(sql: string): Promise<unknown>
  /** The first row of the answer, by column. */
  sums(sql: string): Promise<Sums>
  close(): void
}

export async function openDuck(): Promise<Duck> {
  // Only where it runs: as large as it is, it would count where memory is measured.
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  return {
    run: (sql) => connection.run(sql),
    async sums(sql) {
      const [row = {}] = (await connection.runAndReadAll(sql)).getRowObjects()
      return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const types = `{'station_id': 'BIGINT', 'datapoint_id': 'INTEGER', 'alarm_id': 'INTEGER', 'event_time': 'TIMESTAMP', 'value': 'DOUBLE', 'valueThreshold': 'DOUBLE', 'isActive': 'BOOLEAN'}`

/** A file of alarms as a table; DuckDB is told all that it would otherwise have to find out. */
export function alarmsSql(file: string): string {
  if (file.endsWith('.csv')) return `read_csv('${file}', header = true, delim = ',', auto_detect = false, columns = ${types})`
  return `read_ndjson('${file}', columns = ${types})`
}

export const alarmSumsSql = `SELECT count(*) AS rows, sum(station_id)::DOUBLE AS station_id, sum(datapoint_id)::DOUBLE AS datapoint_id, sum(alarm_id)::DOUBLE AS alarm_id,
  sum(epoch_ms(event_time) // 1000)::DOUBLE AS event_time, fsum(nullif(value, 999999)) AS value, fsum(nullif(valueThreshold, 999999)) AS valueThreshold,
  count(*) FILTER (isActive) AS isActive FROM alarms`

const aggregates = `count(*) AS records, count(*) FILTER (isActive) AS active, fsum(nullif(value, 999999)) AS total, min(nullif(value, 999999)) AS lowest,
  max(nullif(value, 999999)) AS highest, avg(nullif(value, 999999)) AS mean`

/** The statistics of every key and tumbling window, in our order. */
export function tumblingSql(alarms: string, sizeMs: number): string {
  return `SELECT time_bucket(INTERVAL '${sizeMs} milliseconds', event_time, TIMESTAMP '1970-01-01') AS windowStart, station_id, datapoint_id, alarm_id, ${aggregates}
    FROM ${alarms} GROUP BY ALL ORDER BY 1, 2, 3, 4`
}

/** The same of hopping windows: SQL has each row once a window that it belongs to. */
export function hoppingSql(alarms: string, sizeMs: number, slideMs: number): string {
  const last = `epoch_ms(event_time) // ${slideMs}`
  return `SELECT make_timestamp_ms(slide * ${slideMs}) AS windowStart, station_id, datapoint_id, alarm_id, ${aggregates}
    FROM (SELECT *, unnest(range(${last} - ${sizeMs / slideMs - 1}, ${last} + 1)) AS slide FROM ${alarms}) GROUP BY ALL ORDER BY 1, 2, 3, 4`
}

export const resultSumsSql = `SELECT count(*) AS results, sum(records)::DOUBLE AS records, sum(active)::DOUBLE AS active, fsum(total) AS total, fsum(lowest) AS lowest,
  fsum(highest) AS highest, fsum(mean) AS mean, sum(records * (station_id % 1009 + 3 * datapoint_id + 5 * alarm_id))::DOUBLE AS keys,
  sum(records * (epoch_ms(windowStart) // 1000 % 100003))::DOUBLE AS windows FROM statistics`
