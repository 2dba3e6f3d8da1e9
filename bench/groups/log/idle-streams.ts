import { openLog } from '@millrace/log'
import { type Benchmark, figure } from '../../measure.ts'
import { usedBytes } from '../../memory-use.ts'
import { withFolder } from '../../state-folder.ts'

const streamsOfTenant = 100
/** What followers may find in memory is bounded for all streams together: it is none's own. */
const tailBytes = 0
const name = 'memory of an idle stream'

/** Streams that got a record once: what they cost the process that wrote them, and one that opens their log. */
export const idleStreamsBenchmark: Benchmark = {
  name,
  run: ({ folder: parent, idle }) =>
    withFolder(parent, async (directory) => {
      // Code and caches of the log's own come first.
      await bytesWhileOpen(`${directory}/before`, 10)
      const written = await bytesWhileOpen(`${directory}/log`, idle)
      const opened = await bytesWhileOpen(`${directory}/log`, 0)
      return [figure(`${name}, after its append`, 'bytes', [written / idle], 1000), figure(`${name}, after a restart`, 'bytes', [opened / idle], 1000)]
    }),
}

/** With that many more streams. */
async function bytesWhileOpen(directory: string, streams: number): Promise<number> {
  const before = usedBytes()
  const log = await openLog({ directory, durability: 'os', tailBytes })
  const append = (stream: number): Promise<unknown> =>
    log.append({
      tenant: `tenant-${Math.floor(stream / streamsOfTenant)}`,
      chunks: [{ stream: `stream-${stream}`, kind: 'bytes', rows: 1, schema: 0, payload: new Uint8Array(64) }],
    })
  for (let stream = 0; stream < streams; stream += 100)
    await Promise.all(Array.from({ length: Math.min(100, streams - stream) }, (_, at) => append(stream + at)))
  await log.maintain()
  const bytes = usedBytes() - before
  await log.close()
  return bytes
}
