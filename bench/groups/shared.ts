import { type Batch, decodeBatch, encodeBatch, type Rows } from '@millrace/columns'
import { type Job, type JobSink, type Member, openJob, openSharedJob } from '@millrace/engine'
import { LocalLog } from '@millrace/testing'
import { alarmFile } from '../alarm-files.ts'
import { watchers } from '../apps/watch.ts'
import { decodeFile, forgetting } from '../feed.ts'
import { type Benchmark, type Figure, figure, quantile, rate, secondsOf } from '../measure.ts'
import { usedBytes } from '../memory-use.ts'
import type { Scale } from '../scale.ts'

/** Many small jobs over one stream: an equality, a threshold, a window, an alert. */
export const sharedBenchmarks: readonly Benchmark[] = [small(300, 10e6), small(2000, 4e6), { name: '20,000 small jobs', run: opening }]

function small(jobs: number, goal: number): Benchmark {
  const name = `${jobs.toLocaleString('en')} small jobs over one stream`
  return {
    name,
    async run(scale) {
      const batches = decoded(scale)
      const members = [...watchers(atScale(jobs, scale))]
      const records = batches.reduce((sum, { rows }) => sum + rows, 0)
      sameAsAlone(members, batches)
      // Of few jobs, what they take together would count for more than what each takes.
      const bytes = bytesWhileOpen(members, batches)
      const delays: number[] = []
      const times: number[] = []
      for (let run = 0; run < scale.runs; run++) times.push(await secondsOf(() => feed(openSharedJob(members, { sink: forgetting }), batches, delays)))
      return [
        rate(`${name}, after decode`, 'records/s', records, { ours: times, peer: [] }, goal),
        figure(`${name}, p99 from a batch to its results`, 'ms', [quantile(delays, 0.99)]),
        ...(jobs < 2000 ? [] : [figure(`${name}, memory of a job's state`, 'bytes', [bytes / members.length], 2000)]),
      ]
    },
  }
}

/** How long it takes until that many jobs stand, and what the process then takes. */
async function opening(scale: Scale): Promise<readonly Figure[]> {
  const jobs = atScale(20_000, scale)
  const times: number[] = []
  const sizes: number[] = []
  for (let run = 0; run < scale.runs; run++) {
    let job: Job | null = null
    times.push(
      1000 *
        (await secondsOf(() => {
          job = openSharedJob(watchers(jobs), { sink: forgetting })
        })),
    )
    globalThis.gc?.()
    sizes.push(process.memoryUsage().rss / 1e6)
    if (job === null) throw new Error('nothing was opened')
  }
  return [figure('20,000 small jobs, opening', 'ms', times, 5000), figure('20,000 small jobs, memory of the idle process', 'MB', sizes, 200)]
}

/** Tests run with few records, and with as many fewer jobs. */
function atScale(jobs: number, { rows }: Scale): number {
  return Math.min(jobs, Math.ceil(rows / 10))
}

/** The file's batches, each in memory of its own. */
function decoded({ folder, rows, spanMs }: Scale): readonly Batch[] {
  const [{ plan }] = [...watchers(1)] as [Member]
  const batches: Batch[] = []
  decodeFile(alarmFile(folder, { rows, spanMs, format: 'csv' }), plan, { batch: (batch) => batches.push(decodeBatch(encodeBatch(batch))) })
  return batches
}

function feed(job: Job, batches: readonly Batch[], delays?: number[]): void {
  const log = new LocalLog(job, { alarms: 'event_time' })
  for (const batch of batches) {
    const startedMs = performance.now()
    log.append('alarms', batch)
    delays?.push(performance.now() - startedMs)
  }
  log.end()
}

/** Throws where a member's alerts are not those of a job of its own. */
function sameAsAlone(members: readonly Member[], batches: readonly Batch[]): void {
  const told = new Map<string, string[]>()
  feed(openSharedJob(members, { sink: telling(told) }), batches)
  for (const { id, plan } of members.filter((_, at) => at % Math.ceil(members.length / 5) === 0)) {
    const alone = new Map<string, string[]>()
    feed(openJob(plan, { sink: telling(alone) }), batches)
    if (String(told.get(`${id}/alerts`)) !== String(alone.get('alerts'))) throw new Error(`${id} tells something else than alone`)
  }
}

function telling(told: Map<string, string[]>): JobSink {
  return {
    rows(output, rows) {
      told.set(output, [...(told.get(output) ?? []), ...textsOf(rows)])
    },
    late() {},
  }
}

function textsOf({ selection, count, sequence, revision, windowEnd }: Rows): string[] {
  return Array.from(selection.subarray(0, count), (row) => [sequence[row], revision?.[row], windowEnd?.[row]].join(' '))
}

/** What a shared job takes in the middle of the log, beside what it read. */
function bytesWhileOpen(members: readonly Member[], batches: readonly Batch[]): number {
  const before = usedBytes()
  const job = openSharedJob(members, { sink: forgetting })
  const log = new LocalLog(job, { alarms: 'event_time' })
  for (const batch of batches.slice(0, Math.ceil(batches.length / 2))) log.append('alarms', batch)
  const bytes = usedBytes() - before
  if (job.stats().records['alarms'] === 0) throw new Error('nothing was read')
  return bytes
}
