import { watchers } from '../../apps/watch.ts'
import { secondsOf } from '../../measure.ts'
import { openDurable, tenant } from './durable.ts'

/** A process that does nothing but start small jobs, so that its memory is theirs: `started.ts FOLDER JOBS` prints seconds and megabytes. */
const [folder, count] = process.argv.slice(2) as [string, string]
const { jobs, abandon } = await openDurable(folder)
const seconds = await secondsOf(() => jobs.startAll(tenant, specs()))
globalThis.gc?.()
console.log(JSON.stringify({ seconds, megabytes: process.memoryUsage().rss / 1e6 }))
await abandon()

function* specs() {
  for (const { id, plan } of watchers(Number(count))) yield { tenant, job: id, plan }
}
