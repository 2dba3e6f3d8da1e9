import { join } from 'node:path'
import { decodeBatch, type Float64Column } from '@millrace/columns'
import { type Log, openLog } from '@millrace/log'
import { type Benchmark, figure, secondsAfterCollecting } from '../../measure.ts'
import { withFolder } from '../../state-folder.ts'
import { recordBatch, recordsOfAppend } from './record-batch.ts'

const journalBytes = 2 ** 40
const tenant = 'acme'
const stream = 'records'

/** Journals become segments, segments become views; without syncs, as the disk would be measured otherwise. */
export const segmentBenchmark: Benchmark = {
  name: 'segments written and read',
  run: (scale) =>
    withFolder(scale.folder, async (folder) => {
      const payload = recordBatch()
      const appends = Math.ceil(scale.logBytes / payload.length)
      const megabytes = (appends * payload.length) / 1e6
      const writing: number[] = []
      const reading: number[] = []
      for (let run = -1; run < scale.runs; run++) {
        const directory = join(folder, `log${run}`)
        await fill(directory, payload, appends)
        const rewritten = await withLog(directory, (log) => secondsAfterCollecting(() => log.maintain()))
        const read = await withLog(directory, (log) => secondsAfterCollecting(() => readAll(log, appends)))
        if (run < 0) continue
        writing.push(megabytes / rewritten)
        reading.push(megabytes / read)
      }
      return [
        figure('segments written from journals, with checksums', 'MB/s', writing, 500),
        figure('segments read from the page cache, checksums, views', 'MB/s', reading, 2000),
      ]
    }),
}

/** A log whose records all lie in one closed journal. */
async function fill(directory: string, payload: Uint8Array, appends: number): Promise<void> {
  const log = await openLog({ directory, durability: 'os', journalBytes })
  const chunk = { stream, kind: 'batch', rows: recordsOfAppend, schema: 1, payload } as const
  for (let append = 0; append < appends; append++) await log.append({ tenant, chunks: [chunk] })
  await log.close()
}

async function withLog<T>(directory: string, work: (log: Log) => Promise<T>): Promise<T> {
  const log = await openLog({ directory, durability: 'os', journalBytes })
  try {
    return await work(log)
  } finally {
    await log.close()
  }
}

async function readAll(log: Log, appends: number): Promise<void> {
  const reader = log.reader({ tenant, streams: [stream] })
  let rows = 0
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
    for (const { chunk } of pieces) rows += (decodeBatch(chunk.payload).columns[0] as Float64Column).values.length
  reader.close()
  if (rows !== appends * recordsOfAppend) throw new Error(`${rows} records were read, ${appends * recordsOfAppend} are there`)
}
