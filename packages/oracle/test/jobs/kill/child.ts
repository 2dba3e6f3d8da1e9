import { join } from 'node:path'
import { joinBatches } from '@millrace/columns'
import { addStats } from '@millrace/engine'
import { Jobs } from '@millrace/jobs'
import { openLog } from '@millrace/log'
import { Draw } from '../../random/draw.ts'
import { job, killCaseOf, noiseStream, tenant } from './kill-case.ts'

/**
 * Appends what was not acknowledged yet, runs the job in parts whose number changes, takes snapshots all the time, and tells the number of every
 * acknowledged append. Tells what the job counted and says `done` when everything is appended and has its results. To be killed.
 */
const [directory, seedText, recordsText, acknowledgedText, life] = process.argv.slice(2) as [string, string, string, string, string]
const { plan, params, appends } = killCaseOf(Number(seedText), Number(recordsText))
const draw = new Draw(Number(seedText) ^ Number(life))
const mostParts = 3

process.on('unhandledRejection', (error) => {
  console.error(error)
  process.exit(1)
})
const tellError = (error: unknown) => console.error(error)
const tell = (event: object) => {
  if (!('kind' in event) || (event.kind !== 'clock-back' && event.kind !== 'tail-cut')) console.error(event)
}
const log = await openLog({
  directory: join(directory, 'log'),
  clock: () => -8.64e15,
  join: joinBatches,
  journalBytes: 64 << 10,
  maxJournals: 2,
  report: tell,
})
await log.setRetention(tenant, noiseStream, { maxAgeMs: null, maxBytes: 10_000 })
const jobs = new Jobs({ log, directory: join(directory, 'jobs'), workers: draw.whole(0, 2), live: false, snapshotEveryMs: draw.whole(20, 200), report: tell })
const upkeep = setInterval(() => void log.maintain(), 50)
await jobs.start({ tenant, job, plan, params, parts: draw.whole(1, mostParts), spread: 'always' })
console.log('open')

const inFlight = new Set<Promise<void>>()
for (let index = Number(acknowledgedText); index < appends.length; index++) {
  const one: Promise<void> = log.append(appends[index] as (typeof appends)[number]).then(() => {
    inFlight.delete(one)
    console.log(index + 1)
  })
  inFlight.add(one)
  if (draw.chance(0.03)) jobs.spread(tenant, job, draw.whole(1, mostParts)).catch(tellError)
  if (inFlight.size >= 8) await Promise.race(inFlight)
}
await Promise.all(inFlight)
await jobs.settle(tenant, job)
clearInterval(upkeep)
const figures = await jobs.figures(tenant, job)
console.log(`totals ${JSON.stringify(addStats(figures.map(({ stats }) => stats)))}`)
await jobs.close()
await log.close()
console.log('done')
