import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Jobs } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import { app, hopping, minutes } from '@millrace/sdk'
import { alarmBatches } from '../../apps/alarm-batches.ts'
import { alarmsAs } from '../../apps/alarms.ts'
import tumblingApp from '../../apps/tumbling.ts'
import { type Benchmark, figure } from '../../measure.ts'
import type { Scale } from '../../scale.ts'
import { withFolder } from '../../state-folder.ts'
import { appendAll, endChunk, openDurable, openJobs, outputRows, rowsOfAppend, tenant } from './durable.ts'
import { sensors } from './sensors.ts'

/** Few results of many windows, so that operators make up the work. */
const hoppingPlan = app('hopping', {}, (from) => ({
  results: from(alarmsAs('csv'))
    .keyBy('station_id', 'datapoint_id', 'alarm_id')
    .window(hopping(minutes(10), minutes(2)))
    .aggregate((a, { count, sum, min, max, avg }) => ({
      records: count(),
      total: sum(a.value),
      lowest: min(a.value),
      highest: max(a.value),
      mean: avg(a.value),
    }))
    .filter((w) => w.mean > 989),
})).plan

/** One job over a log that is there, in one part and in up to two: operators that dominate, and some that do not. */
export const workersBenchmarks: readonly Benchmark[] = [
  spreading('1 to 2 workers, hopping 10 min/2 min, 1,000,000 keys', hoppingPlan, 'results', 1.5, fillHopping),
  spreading('1 to 2 workers, tumbling 10 min, 1,220 keys', tumblingApp.plan, 'statistics', 1, fillTumbling),
]

function spreading(name: string, plan: Plan, output: string, goal: number, fill: (log: Log, scale: Scale) => Promise<void>): Benchmark {
  return {
    name,
    run: (scale) =>
      withFolder(scale.folder, async (folder) => {
        const { log, abandon } = await openDurable(join(folder, 'state'))
        await fill(log, scale)
        await log.append({ tenant, chunks: [endChunk] })
        await log.maintain()
        const runs = [[], []] as [Replay[], Replay[]]
        // Threads are new in every run: there is nothing to be warmed up. Each side goes first by turns.
        for (let run = 0; run < scale.runs; run++)
          for (const parts of run % 2 === 0 ? [1, 2] : [2, 1]) runs[parts - 1]?.push(await replayed(log, folder, plan, `run${run}-${parts}`, parts))
        if (outputRows(log, 'run0-1', output) !== outputRows(log, 'run0-2', output)) throw new Error('one part and two found other results')
        await abandon()
        const times = (part: keyof Replay): readonly number[] => runs[0].map((one, run) => one[part] / (runs[1][run] as Replay)[part])
        return [figure(name, 'x', times('seconds'), goal), figure(`${name}, second half of the log`, 'x', times('secondHalf'), goal)]
      }),
  }
}

interface Replay {
  /** Until the job has taken the whole log and its results are in it. */
  readonly seconds: number
  /** Of it, from when it had taken half of the records: what another part costs at first is behind it. */
  readonly secondHalf: number
}

async function replayed(log: Log, folder: string, plan: Plan, job: string, parts: number): Promise<Replay> {
  const jobs: Jobs = openJobs(log, folder, { workers: 2, live: false })
  await jobs.start({ tenant, job, plan, parts })
  const fromMs = performance.now()
  const settled = jobs.settle(tenant, job)
  await taken(jobs, job, rowsOf(log, plan) / 2)
  const halfMs = performance.now()
  await settled
  const toMs = performance.now()
  await jobs.abandon()
  // What it appended is rewritten now, not while another is measured.
  await log.maintain()
  return { seconds: (toMs - fromMs) / 1000, secondHalf: (toMs - halfMs) / 1000 }
}

/** Every part sees all records. */
async function taken(jobs: Jobs, job: string, rows: number): Promise<void> {
  const lookEveryMs = 20
  for (let seen = 0; seen < rows; ) {
    await after(lookEveryMs)
    const [part] = await jobs.figures(tenant, job)
    // A job whose parts change has none for a moment.
    seen = Object.values(part?.stats.records ?? {}).reduce((sum, records) => sum + records, 0)
  }
}

function rowsOf(log: Log, { streams }: Plan): number {
  return Object.keys(streams).reduce((sum, stream) => sum + (log.stream(tenant, stream)?.rows ?? 0), 0)
}

/** Every key twelve times, so that the time in which the job is in one part and a second is tried counts for little. */
async function fillHopping(log: Log, { manyKeys }: Scale): Promise<void> {
  const rows = 12 * manyKeys
  const made = {
    rows,
    key: (row: number) => (row * 7919) % manyKeys,
    timeMs: (row: number) => Math.floor((row / rows) * 14_400_000),
    value: (row: number) => row % 1000,
  }
  await appendAll(log, alarmBatches(hoppingPlan, made, rowsOfAppend))
}

/** So many that what two threads compile counts for little. */
function fillTumbling(log: Log, { rows }: Scale): Promise<void> {
  return appendAll(log, sensors(tumblingApp.plan, 4 * rows, rowsOfAppend))
}
