import type { Jobs } from '@millrace/jobs'
import { outputStream } from '@millrace/jobs'
import type { CommitFigures, Log } from '@millrace/log'
import { app, hopping, minutes, seconds } from '@millrace/sdk'
import { alarmBatches } from '../../apps/alarm-batches.ts'
import { alarmsAs } from '../../apps/alarms.ts'
import { type Benchmark, type Figure, figure, quantile } from '../../measure.ts'
import type { Scale } from '../../scale.ts'
import { withFolder } from '../../state-folder.ts'
import { chunkOf, openDurable } from './durable.ts'

const ordinary = 20
const rowsOfAppend = 100
const hostileTenant = 'hostile'
const hostileJob = 'costly'

/** An ordinary job: every append has results at once. */
const watchPlan = app('watch', {}, (from) => ({ high: from(alarmsAs('csv')).filter((a) => a.value > 50) })).plan

/** As many windows a record as a plan may ask for, of a million keys; a third of the records are of one of them. */
const costlyPlan = app('costly', {}, (from) => ({
  results: from(alarmsAs('csv'))
    .keyBy('station_id', 'datapoint_id', 'alarm_id')
    .window(hopping(minutes(500), seconds(3)))
    .aggregate((a, { count, sum, avg, variance, first, last }) => ({
      records: count(),
      total: sum(a.value),
      mean: avg(a.value),
      spread: variance(a.value),
      first: first(a.value),
      last: last(a.value),
    })),
})).plan

/** Twenty tenants with small jobs on one thread, alone and beside a tenant who asks for all that it can. */
export const hostileBenchmark: Benchmark = {
  name: 'a hostile job beside 20 ordinary ones',
  run: (scale) =>
    withFolder(scale.folder, async (folder) => {
      const written = { bytes: 0 }
      const committed = ({ bytes }: CommitFigures): void => {
        written.bytes += bytes
      }
      const { log, jobs, abandon } = await openDurable(folder, {}, { committed })
      for (let at = 0; at < ordinary; at++) await jobs.start({ tenant: tenantOf(at), job: 'watch', plan: watchPlan })
      await delays(log, scale.delaysMs / 5, written)
      const alone = await delays(log, scale.delaysMs, written)
      await startHostile(log, jobs, scale)
      const before = await cpuOf(jobs)
      const fromMs = performance.now()
      const beside = await delays(log, scale.delaysMs, written)
      const share = (100 * ((await cpuOf(jobs)) - before)) / (performance.now() - fromMs)
      await abandon()
      return [
        ...quantiles('alone', alone.ms),
        ...quantiles('beside a hostile job', beside.ms),
        figure('written to the disk from an append beside a hostile job until it is durable, p99', 'bytes', [quantile(beside.writtenBytes, 0.99)]),
        figure("a hostile job's share of its thread", '% of processor', [share]),
      ]
    }),
}

async function startHostile(log: Log, jobs: Jobs, { manyKeys }: Scale): Promise<void> {
  const rows = 2 * manyKeys
  const key = (row: number): number => (row % 3 === 0 ? 0 : (row * 7919) % manyKeys)
  const made = { rows, key, timeMs: (row: number) => Math.floor((row / rows) * 86_400_000), value: (row: number) => row % 1000 }
  for (const batch of alarmBatches(costlyPlan, made, 16_384)) await log.append({ tenant: hostileTenant, chunks: [chunkOf(batch)] })
  await jobs.start({ tenant: hostileTenant, job: hostileJob, plan: costlyPlan })
}

async function cpuOf(jobs: Jobs): Promise<number> {
  const parts = await jobs.figures(hostileTenant, hostileJob)
  return parts.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
}

function quantiles(how: string, values: readonly number[]): readonly Figure[] {
  return [0.5, 0.99].map((share) => figure(`20 ordinary jobs ${how}, append to result in the log, p${share * 100}`, 'ms', [quantile(values, share)]))
}

interface Delays {
  /** From an append to its results in the log. */
  readonly ms: number[]
  /** Of all tenants, from an append until it is durable. */
  readonly writtenBytes: number[]
}

/** Of all ordinary tenants; each waits a while before its next append. */
async function delays(log: Log, forMs: number, written: { readonly bytes: number }): Promise<Delays> {
  const untilMs = performance.now() + forMs
  const found: Delays = { ms: [], writtenBytes: [] }
  const watch = async (tenant: string): Promise<void> => {
    const reader = log.reader({ tenant, streams: [outputStream('watch', 'high')], from: log.nextSequence(tenant) })
    while (performance.now() < untilMs) {
      const [batch] = alarmBatches(watchPlan, { rows: rowsOfAppend, key: (row) => row, timeMs: () => Date.now(), value: (row) => row }, rowsOfAppend)
      const fromMs = performance.now()
      const before = written.bytes
      await log.append({ tenant, chunks: [chunkOf(batch as NonNullable<typeof batch>)] })
      found.writtenBytes.push(written.bytes - before)
      await reader.wait()
      await reader.read()
      found.ms.push(performance.now() - fromMs)
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 20))
    }
    reader.close()
  }
  await Promise.all(Array.from({ length: ordinary }, (_, at) => watch(tenantOf(at))))
  return found
}

function tenantOf(at: number): string {
  return `ordinary-${at}`
}
