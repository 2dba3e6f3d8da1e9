import { minutes, tumbling } from '@millrace/sdk'
import { alarmFile } from '../alarm-files.ts'
import { alarmsAs } from '../apps/alarms.ts'
import { statistics } from '../apps/statistics.ts'
import { alarmSumsSql, alarmsSql, openDuck } from '../duck.ts'
import { decodeFile } from '../feed.ts'
import { type Benchmark, race, rate } from '../measure.ts'
import { AlarmSums, sameSums } from '../sums.ts'

export const decodeBenchmarks: readonly Benchmark[] = [decode('csv', 10e6, 5), decode('ndjson', 7e6, 3)]

/** Bytes of a file to columns; DuckDB makes a table of them. */
function decode(format: 'csv' | 'ndjson', goal: number, ratioGoal: number): Benchmark {
  const name = `${format.toUpperCase()} to columns`
  return {
    name,
    async run({ rows, spanMs, runs, folder }) {
      const file = alarmFile(folder, { rows, spanMs, format })
      const { plan } = statistics('decode', alarmsAs(format), tumbling(minutes(10)))
      const duck = await openDuck()
      const times = await race(runs, {
        ours: () => decodeFile(file, plan, {}),
        peer: () => duck.run(`CREATE OR REPLACE TEMP TABLE alarms AS SELECT * FROM ${alarmsSql(file)}`),
        async check() {
          const found = new AlarmSums()
          decodeFile(file, plan, found)
          sameSums(found.sums, await duck.sums(alarmSumsSql))
        },
      })
      duck.close()
      return [rate(name, 'records/s', rows, times, goal, ratioGoal)]
    },
  }
}
