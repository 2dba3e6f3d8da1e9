import type { ErrorType, GenerateOptions } from '@millrace/cli/generate'
import { minutes, tumbling } from '@millrace/sdk'
import { alarmFile, type Rewriting } from '../alarm-files.ts'
import { alarmsAs } from '../apps/alarms.ts'
import { statistics } from '../apps/statistics.ts'
import { decodeFile } from '../feed.ts'
import { type Benchmark, figure, race } from '../measure.ts'
import { AlarmSums, sameSums } from '../sums.ts'

/** A file in which every record has the same oddity. */
interface Dirty {
  readonly name: string
  readonly errors?: ErrorType
  readonly rewriting?: Rewriting
  /** Whether its records are bad; unusual ones that hold the clean ones' values have their sums. */
  readonly bad: boolean
}

const reversed = (fields: readonly string[]): readonly string[] => fields.toReversed()
const rotated = (fields: readonly string[]): readonly string[] => [...fields.slice(3), ...fields.slice(0, 3)]

/** The columns in one other order, as the header says. */
const csvOrder: Rewriting = { name: 'reversed', line: (text) => reversed(text.split(',')).join() }
/** Two other orders by turns: neither is the schema's. */
const ndjsonOrders: Rewriting = {
  name: 'reversed or rotated',
  line: (text, line) => `{${(line % 2 === 0 ? reversed : rotated)(text.slice(1, -1).split(',')).join()}}`,
}

export const dirtyBenchmarks: readonly Benchmark[] = (['csv', 'ndjson'] as const).flatMap((format) =>
  [
    { name: 'malformed', errors: 'malformed', bad: true } as const,
    { name: 'missing field', errors: 'missing-field', bad: true } as const,
    // JSON may have fields that the schema does not know, CSV may not.
    { name: 'extra field', errors: 'extra-field', bad: format === 'csv' } as const,
    { name: 'other field order', rewriting: format === 'csv' ? csvOrder : ndjsonOrders, bad: false } as const,
  ].map((dirty) => decodeDirty(format, dirty)),
)

/** What records of a kind cost to decode beside clean ones, 100 %: as much. */
function decodeDirty(format: 'csv' | 'ndjson', { name: oddity, errors, rewriting, bad }: Dirty): Benchmark {
  const name = `${format.toUpperCase()}, all ${oddity}`
  return {
    name,
    async run({ dirtyRows: rows, runs, folder }) {
      const { plan } = statistics('decode', alarmsAs(format), tumbling(minutes(10)))
      const options: Partial<GenerateOptions> = { rows, format }
      const clean = alarmFile(folder, options)
      const dirty = alarmFile(folder, errors === undefined ? options : { ...options, errorsOneIn: 1, errorTypes: [errors] }, rewriting)
      const times = await race(runs, {
        ours: () => decodeFile(dirty, plan, {}),
        peer: async () => decodeFile(clean, plan, {}),
        async check() {
          const found = new AlarmSums()
          const stats = decodeFile(dirty, plan, found)
          sameSums({ records: stats.records, bad: stats.bad, rows: stats.rows }, { records: rows, bad: bad ? rows : 0, rows: bad ? 0 : rows })
          if (errors !== undefined) return
          const expected = new AlarmSums()
          decodeFile(clean, plan, expected)
          sameSums(found.sums, expected.sums)
        },
      })
      return [
        figure(
          name,
          '% of clean',
          times.ours.map((seconds, run) => (100 * (times.peer[run] as number)) / seconds),
          60,
        ),
      ]
    },
  }
}
