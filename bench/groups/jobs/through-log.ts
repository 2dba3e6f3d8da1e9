import { join } from 'node:path'
import type { NewChunk } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import { alarmFile } from '../../alarm-files.ts'
import tumblingApp from '../../apps/tumbling.ts'
import { decodeByChunk, forgetting, runFile } from '../../feed.ts'
import { type Benchmark, rate, secondsOf, share } from '../../measure.ts'
import { withFolder } from '../../state-folder.ts'
import { ResultSums, sameSums } from '../../sums.ts'
import { Appending, chunkOf, type Durable, endChunk, openDurable, readOutput, rowsOfAppend, tenant } from './durable.ts'

const name = 'CSV to log to tumbling 10 min to log, fsync'
const job = 'tumbling'

/** Decoding, the log and the job as they serve a tenant, beside the engine that reads the same file with nothing between. */
export const throughLogBenchmark: Benchmark = {
  name,
  run: ({ rows, spanMs, runs, folder: parent }) =>
    withFolder(parent, async (folder) => {
      const file = alarmFile(parent, { rows, spanMs })
      const { plan } = tumblingApp
      const times = { ours: [] as number[], peer: [] as number[] }
      for (let run = -1; run < runs; run++) {
        const durable = await openDurable(join(folder, `run${run}`))
        await durable.jobs.start({ tenant, job, plan })
        const through = await secondsOf(() => feed(durable, file, plan))
        if (run < 0) await check(durable, file, plan)
        await durable.abandon()
        const bare = await secondsOf(() => runFile(file, plan, forgetting))
        if (run < 0) continue
        times.ours.push(through)
        times.peer.push(bare)
      }
      return [rate(name, 'records/s', rows, { ours: times.ours, peer: [] }, null), share(`${name}, beside the bare engine`, '% of bare', times, 60)]
    }),
}

/** Resolves when all results are in the log. */
async function feed({ log, jobs }: Durable, file: string, plan: Plan): Promise<void> {
  const appending = new Appending(log)
  let chunks: NewChunk[] = []
  let rows = 0
  const flush = async (): Promise<void> => {
    await appending.append(chunks)
    chunks = []
    rows = 0
  }
  const decoding = decodeByChunk(file, plan, {
    batch(batch) {
      chunks.push(chunkOf(batch))
      rows += batch.rows
    },
  })
  for (const _ of decoding) if (rows >= rowsOfAppend) await flush()
  chunks.push(endChunk)
  await flush()
  await appending.done()
  await jobs.settle(tenant, job)
}

async function check({ log }: Durable, file: string, plan: Plan): Promise<void> {
  const bare = new ResultSums()
  runFile(file, plan, bare)
  const logged = new ResultSums()
  await readOutput(log, job, 'statistics', logged)
  sameSums(logged.sums, bare.sums)
}
