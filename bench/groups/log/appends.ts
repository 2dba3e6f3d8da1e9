import { join } from 'node:path'
import { type Log, openLog } from '@millrace/log'
import { type Benchmark, figure, median, secondsOf, share } from '../../measure.ts'
import { withFolder } from '../../state-folder.ts'
import { recordBatch, recordsOfAppend } from './record-batch.ts'
import { recordedFiles, type Written, writePlainly } from './recorded-files.ts'

const producers = 64
/** No journal is closed meanwhile, so that nothing is rewritten beside the appends. */
const journalBytes = 2 ** 40
const stream = 'records'
const first = { stream, kind: 'bytes', rows: 1, schema: 0, payload: new Uint8Array(1) } as const
const name = 'appends of 1,000 x 120 bytes, 64 producers, fsync'

/** What the log adds to writing and syncing. */
export const appendBenchmark: Benchmark = {
  name,
  run: (scale) =>
    withFolder(scale.folder, async (folder) => {
      const payload = recordBatch()
      const appends = Math.ceil(scale.logBytes / payload.length)
      const times = { ours: [] as number[], peer: [] as number[] }
      for (let run = -1; run < scale.runs; run++) {
        const { seconds, written } = await appended(join(folder, `log${run}`), payload, appends, 1)
        const plain = await secondsOf(() => writePlainly(join(folder, `plain${run}`), written, payload))
        if (run < 0) continue
        times.ours.push(seconds)
        times.peer.push(plain)
      }
      const rates = (seconds: readonly number[]): number[] => seconds.map((each) => (appends * payload.length) / 1e6 / each)
      return [
        figure(name, 'MB/s', rates(times.ours)),
        figure('plain writev + fdatasync of the same sizes', 'MB/s', rates(times.peer)),
        share(`${name}, beside plain`, '% of plain', times, 50),
      ]
    }),
}

/** The same load of more and more tenants; by turns, so that a busy moment of the machine meets all. */
export const tenantsBenchmark: Benchmark = {
  name: 'appends of 1, 10 and 1,000 tenants',
  run: (scale) =>
    withFolder(scale.folder, async (folder) => {
      const payload = recordBatch()
      const appends = Math.ceil(scale.logBytes / payload.length)
      const counts = [1, 10, 1000]
      const rates = counts.map((): number[] => [])
      for (let run = -1; run < scale.runs; run++)
        for (const [at, tenants] of counts.entries()) {
          const { seconds } = await appended(join(folder, `log${run}-${tenants}`), payload, appends, tenants)
          if (run >= 0) rates[at]?.push((appends * payload.length) / 1e6 / seconds)
        }
      const medians = rates.map(median)
      const apart = 100 * (1 - Math.min(...medians) / Math.max(...medians))
      return [
        ...counts.map((tenants, at) => figure(`appends of ${tenants.toLocaleString('en')} tenant${tenants === 1 ? '' : 's'}`, 'MB/s', rates[at] as number[])),
        figure('appends of 1, 10 and 1,000 tenants, slowest beside fastest', '% apart', [apart], 20),
      ]
    }),
}

async function appended(directory: string, payload: Uint8Array, appends: number, tenants: number): Promise<{ seconds: number; written: Written }> {
  const written: (number | 'sync')[] = []
  const log = await openLog({ directory, files: recordedFiles(written), journalBytes })
  // Streams begin before: what counts is what an append costs ever after.
  await Promise.all(Array.from({ length: tenants }, (_, at) => log.append({ tenant: `tenant-${at}`, chunks: [first] })))
  written.length = 0
  const seconds = await secondsOf(() => appendAll(log, payload, appends, tenants))
  const noted = [...written]
  await log.close()
  return { seconds, written: noted }
}

/** Each producer waits for the receipt of an append before its next one. */
async function appendAll(log: Log, payload: Uint8Array, appends: number, tenants: number): Promise<void> {
  let next = 0
  const chunk = { stream, kind: 'batch', rows: recordsOfAppend, schema: 1, payload } as const
  const produce = async (): Promise<void> => {
    while (next < appends) await log.append({ tenant: `tenant-${next++ % tenants}`, chunks: [chunk] })
  }
  await Promise.all(Array.from({ length: producers }, produce))
}
