import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openEncoder } from '@millrace/formats'
import { relations } from '@millrace/plan'
import { alarmFile } from '../alarm-files.ts'
import tumblingApp from '../apps/tumbling.ts'
import { alarmsSql, type Duck, openDuck, resultSumsSql, tumblingSql } from '../duck.ts'
import { runFile } from '../feed.ts'
import { type Benchmark, race, rate } from '../measure.ts'
import { sameSums } from '../sums.ts'

const name = 'CSV to tumbling 10 min to NDJSON file'
const { plan } = tumblingApp

/** What `millrace run` does, in a process that is warm: results have ids and revisions. */
export const fileBenchmark: Benchmark = {
  name,
  async run({ rows, spanMs, runs, folder }) {
    const file = alarmFile(folder, { rows, spanMs })
    const out = join(folder, 'statistics.ndjson')
    const duck = await openDuck()
    const times = await race(runs, {
      ours: () => writeResults(file, out),
      peer: () => duck.run(`COPY (${tumblingSql(alarmsSql(file), 600_000)}) TO '${join(folder, 'duck.ndjson')}' (FORMAT json)`),
      check: () => sameFile(duck, out, file),
    })
    duck.close()
    return [rate(name, 'records/s', rows, times, 2.5e6, 1.8)]
  },
}

function writeResults(file: string, out: string): void {
  const { fields, key } = relations(plan).get(plan.outputs['statistics'] as string) ?? { fields: [], key: [] }
  const encoder = openEncoder('ndjson', fields, { result: { tenant: 'bench', app: plan.name, output: 'statistics', key: key ?? [] } })
  const fd = openSync(out, 'w')
  runFile(file, plan, { rows: (_output, results) => writeSync(fd, encoder.encode(results)), late() {} })
  closeSync(fd)
}

/** Whether a file of our results says what DuckDB finds in the alarms: it reads both. */
export async function sameFile(duck: Duck, results: string, alarms: string): Promise<void> {
  await duck.run(`CREATE OR REPLACE TEMP TABLE statistics AS ${tumblingSql(alarmsSql(alarms), 600_000)}`)
  const theirs = await duck.sums(resultSumsSql)
  await duck.run(`CREATE OR REPLACE TEMP TABLE statistics AS SELECT * FROM read_ndjson('${results}', columns = ${resultTypes})`)
  sameSums(await duck.sums(resultSumsSql), theirs)
}

const resultTypes = `{'windowStart': 'TIMESTAMP', 'station_id': 'BIGINT', 'datapoint_id': 'INTEGER', 'alarm_id': 'INTEGER', 'records': 'BIGINT', 'active': 'BIGINT', 'total': 'DOUBLE', 'lowest': 'DOUBLE', 'highest': 'DOUBLE', 'mean': 'DOUBLE'}`
