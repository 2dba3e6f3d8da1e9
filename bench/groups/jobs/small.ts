import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { JobSpec, Jobs } from '@millrace/jobs'
import type { NewChunk } from '@millrace/log'
import { alarmFile } from '../../alarm-files.ts'
import tumblingApp from '../../apps/tumbling.ts'
import { watchers } from '../../apps/watch.ts'
import { decodeFile } from '../../feed.ts'
import { type Benchmark, type Figure, figure, quantile, rate, secondsOf } from '../../measure.ts'
import type { Scale } from '../../scale.ts'
import { withFolder } from '../../state-folder.ts'
import { Appending, chunkOf, type Durable, openDurable, tenant } from './durable.ts'

/** Chunks of an append, of some 4,096 records each. */
const chunksOfAppend = 4

/** Many small jobs of one shape over one stream of a log; the engine alone has lines of its own. */
export const smallJobsBenchmarks: readonly Benchmark[] = [
  { name: '2,000 small jobs through the log', run: through },
  { name: '20,000 small jobs started', run: started },
]

async function through(scale: Scale): Promise<readonly Figure[]> {
  return withFolder(scale.folder, async (folder) => {
    const chunks = encoded(scale)
    const records = chunks.reduce((sum, { rows }) => sum + rows, 0)
    const times: number[] = []
    const delays: number[] = []
    for (let run = -1; run < Math.min(3, scale.runs); run++) {
      const durable = await openDurable(join(folder, `run${run}`))
      await durable.jobs.startAll(tenant, specs(atScale(2000, scale)))
      if (run < 0) delays.push(...(await delaysOf(durable, chunks)))
      else times.push(await secondsOf(() => feed(durable, chunks)))
      await durable.abandon()
    }
    return [
      rate('2,000 small jobs through the log', 'records/s', records, { ours: times, peer: [] }, null),
      figure('2,000 small jobs through the log, p99 from an append to its results', 'ms', [quantile(delays, 0.99)]),
    ]
  })
}

/** How long it takes until that many jobs take their input, and what the process then takes. */
async function started(scale: Scale): Promise<readonly Figure[]> {
  return withFolder(scale.folder, async (folder) => {
    const found: Started[] = []
    for (let run = 0; run < scale.runs; run++) found.push(startedIn(join(folder, `run${run}`), atScale(20_000, scale)))
    return [
      figure(
        '20,000 small jobs over a log, until all take their input',
        's',
        found.map(({ seconds }) => seconds),
        5,
      ),
      figure(
        '20,000 small jobs over a log, memory of the idle process',
        'MB',
        found.map(({ megabytes }) => megabytes),
        200,
      ),
    ]
  })
}

/** What `started.ts` prints. */
interface Started {
  readonly seconds: number
  readonly megabytes: number
}

function startedIn(folder: string, jobs: number): Started {
  const script = join(import.meta.dirname, 'started.ts')
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', script, folder, String(jobs)], { encoding: 'utf8' })) as Started
}

function* specs(count: number): Iterable<JobSpec> {
  for (const { id, plan } of watchers(count)) yield { tenant, job: id, plan }
}

/** Tests run with few records, and with as many fewer jobs. */
function atScale(jobs: number, { rows }: Scale): number {
  return Math.min(jobs, Math.ceil(rows / 10))
}

function encoded({ folder, rows, spanMs }: Scale): readonly NewChunk[] {
  const chunks: NewChunk[] = []
  decodeFile(alarmFile(folder, { rows, spanMs, format: 'csv' }), tumblingApp.plan, { batch: (batch) => chunks.push(chunkOf(batch)) })
  return chunks
}

/** Resolves when all jobs have taken all records and their results are in the log. */
async function feed({ log, jobs }: Durable, chunks: readonly NewChunk[]): Promise<void> {
  const appending = new Appending(log)
  for (let at = 0; at < chunks.length; at += chunksOfAppend) await appending.append(chunks.slice(at, at + chunksOfAppend))
  await appending.done()
  await settled(jobs)
}

/** One append after the other, ms. */
async function delaysOf({ log, jobs }: Durable, chunks: readonly NewChunk[]): Promise<readonly number[]> {
  const delays: number[] = []
  for (const chunk of chunks.slice(0, 200)) {
    const fromMs = performance.now()
    await log.append({ tenant, chunks: [chunk] })
    await settled(jobs)
    delays.push(performance.now() - fromMs)
  }
  // Those before are of code that is not compiled yet.
  return delays.slice(Math.floor(delays.length / 4))
}

async function settled(jobs: Jobs): Promise<void> {
  await Promise.all(jobs.list().map(({ job }) => jobs.settle(tenant, job)))
}
