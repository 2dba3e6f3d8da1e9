import { days, hopping, minutes, seconds, tumbling, type Window } from '@millrace/sdk'
import { alarmFile } from '../alarm-files.ts'
import { alarmsAs } from '../apps/alarms.ts'
import { statistics } from '../apps/statistics.ts'
import { alarmsSql, hoppingSql, openDuck, resultSumsSql, tumblingSql } from '../duck.ts'
import { forgetting, runFile } from '../feed.ts'
import { type Benchmark, race, rate } from '../measure.ts'
import type { Scale } from '../scale.ts'
import { ResultSums, sameSums } from '../sums.ts'
import { manyKeysFile } from './many-keys.ts'

/** A file of alarms to result batches in memory. */
interface FileToResults {
  readonly name: string
  readonly format: 'csv' | 'ndjson'
  readonly window: Window
  /** Records a second to reach, and how many times DuckDB's. */
  readonly goal: number
  readonly ratioGoal: number
  /** Where results are many more than records, results a second to reach. */
  readonly resultsGoal?: number
  file?(scale: Scale): string
}

const works: readonly FileToResults[] = [
  { name: 'CSV to tumbling 10 min', format: 'csv', window: tumbling(minutes(10)), goal: 7e6, ratioGoal: 3.5 },
  { name: 'NDJSON to tumbling 10 min', format: 'ndjson', window: tumbling(minutes(10)), goal: 5e6, ratioGoal: 2.7 },
  { name: 'CSV to hopping 15 min/1 min', format: 'csv', window: hopping(minutes(15), minutes(1)), goal: 1.5e6, ratioGoal: 5, resultsGoal: 4e6 },
  { name: 'CSV to hopping 1 min/5 s', format: 'csv', window: hopping(minutes(1), seconds(5)), goal: 1.5e6, ratioGoal: 5, resultsGoal: 4e6 },
  { name: 'many keys, sparse 10 min windows', format: 'csv', window: tumbling(minutes(10)), goal: 3.5e6, ratioGoal: 4, file: manyKeysFile },
  { name: 'many keys, all live in 2 day windows', format: 'csv', window: tumbling(days(2)), goal: 1.5e6, ratioGoal: 1.2, file: manyKeysFile },
]

export const windowBenchmarks: readonly Benchmark[] = works.map(fileToResults)

function fileToResults(work: FileToResults): Benchmark {
  const { name, format, goal, ratioGoal, resultsGoal } = work
  return {
    name,
    async run(scale) {
      const file = work.file?.(scale) ?? alarmFile(scale.folder, { rows: scale.rows, spanMs: scale.spanMs, format })
      const { plan } = statistics('statistics', alarmsAs(format), work.window)
      const sql = windowSql(alarmsSql(file), work.window)
      const duck = await openDuck()
      const found = new ResultSums()
      let records = 0
      const times = await race(scale.runs, {
        ours: () => runFile(file, plan, forgetting),
        peer: () => duck.run(`CREATE OR REPLACE TEMP TABLE statistics AS ${sql}`),
        async check() {
          records = runFile(file, plan, found).records['alarms'] as number
          sameSums(found.sums, await duck.sums(resultSumsSql))
        },
      })
      duck.close()
      const figures = [rate(name, 'records/s', records, times, goal, ratioGoal)]
      if (resultsGoal === undefined) return figures
      return [...figures, rate(`${name}, results`, 'results/s', found.sums.results, { ours: times.ours, peer: [] }, resultsGoal)]
    },
  }
}

function windowSql(alarms: string, { window }: Window): string {
  return window.kind === 'tumbling' ? tumblingSql(alarms, window.sizeMs) : hoppingSql(alarms, window.sizeMs, window.slideMs)
}
