import tumblingApp from '../../apps/tumbling.ts'
import { Appending, chunkOf, openDurable, rowsOfAppend, tenant } from './durable.ts'
import { sensors } from './sensors.ts'

/** A process to be killed: `killed.ts FOLDER ROWS MS SNAPSHOT_EVERY_MS`. It says when all records are in the log, at an even pace. */
const [folder, rows, ms, snapshotEveryMs] = process.argv.slice(2) as [string, string, string, string]
const { plan } = tumblingApp
const { log, jobs } = await openDurable(folder, { snapshotEveryMs: Number(snapshotEveryMs) })
await jobs.start({ tenant, job: 'tumbling', plan })
const appending = new Appending(log)
const fromMs = performance.now()
let sent = 0
for (const batch of sensors(plan, Number(rows), rowsOfAppend)) {
  await appending.append([chunkOf(batch)])
  sent += batch.rows
  const dueMs = fromMs + (sent / Number(rows)) * Number(ms)
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
}
await appending.done()
console.log('done')
setInterval(() => {}, 1000)
