import type { Batch, Float64Column } from '@millrace/columns'
import { type JobSink, openJob } from '@millrace/engine'
import type { Plan } from '@millrace/plan'
import { copyBatch } from '@millrace/testing'
import { alarmFile } from '../alarm-files.ts'
import tumblingApp from '../apps/tumbling.ts'
import { alarmsSql, openDuck, resultSumsSql, tumblingSql } from '../duck.ts'
import { decodeFile, forgetting } from '../feed.ts'
import { type Benchmark, race, rate } from '../measure.ts'
import { ResultSums, sameSums } from '../sums.ts'

const name = 'columns to tumbling 10 min'

/** What a replay costs, or the second job on a stream: records lie in memory as columns, DuckDB's as its own table. */
export const columnsBenchmark: Benchmark = {
  name,
  async run({ rows, spanMs, runs, folder }) {
    const file = alarmFile(folder, { rows, spanMs })
    const log = logged(file, tumblingApp.plan)
    const duck = await openDuck()
    await duck.run(`CREATE TABLE alarms AS SELECT * FROM ${alarmsSql(file)}`)
    const times = await race(runs, {
      ours: () => replay(log, tumblingApp.plan, forgetting),
      peer: () => duck.run(`CREATE OR REPLACE TEMP TABLE statistics AS ${tumblingSql('alarms', 600_000)}`),
      async check() {
        const found = new ResultSums()
        replay(log, tumblingApp.plan, found)
        sameSums(found.sums, await duck.sums(resultSumsSql))
      },
    })
    duck.close()
    return [rate(name, 'records/s', rows, times, 14e6, 3)]
  },
}

/** A batch as a log gives it: with the log time of each row. */
interface Logged {
  readonly batch: Batch
  readonly ingestion: Float64Array
}

function logged(file: string, plan: Plan): readonly Logged[] {
  const log: Logged[] = []
  let latestMs = Number.NEGATIVE_INFINITY
  decodeFile(file, plan, {
    batch(decoded) {
      const batch = copyBatch(decoded)
      const { values } = batch.columns[batch.fields.findIndex((field) => field.name === 'event_time')] as Float64Column
      const ingestion = values.map((timeMs) => {
        latestMs = Math.max(latestMs, timeMs)
        return latestMs
      })
      log.push({ batch, ingestion })
    },
  })
  return log
}

function replay(log: readonly Logged[], plan: Plan, sink: JobSink): void {
  const job = openJob(plan, { sink })
  let sequence = 0
  for (const { batch, ingestion } of log) {
    job.push({ kind: 'rows', stream: 'alarms', sequence, batch, from: 0, to: batch.rows, ingestion })
    while (job.run() === 'more');
    sequence += batch.rows
  }
  job.push({ kind: 'end', sequence })
  while (job.run() === 'more');
}
