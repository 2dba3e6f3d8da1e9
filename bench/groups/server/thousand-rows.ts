import { type Figure, figure } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'
import { Bodies } from './bodies.ts'
import type { LoadedTenant } from './load-spec.ts'

const counts = [1, 2, 5]
const app = 'totals'

/** The measure of earlier platforms of this kind: a thousand rows of each of some tenants at once, each with its result, until all are back. */
export async function thousandRowsOf(server: BenchServer, runs: number): Promise<readonly Figure[]> {
  const tenants = await server.tenants(Math.max(...counts))
  for (const tenant of tenants) await startTotals(server, tenant)
  const figures: Figure[] = []
  for (const count of counts) {
    const chosen = tenants.slice(0, count)
    const times: number[] = []
    for (let run = -1; run < 2 * runs; run++) {
      const seconds = await Promise.all(chosen.map((tenant) => secondsOf(server, tenant)))
      if (run >= 0) times.push(Math.max(...seconds))
    }
    figures.push(figure(`server, 1,000 rows of each of ${count} tenant${count === 1 ? '' : 's'}, until all results are back`, 's', times, 0.15))
  }
  for (const tenant of tenants) await server.client(tenant).stopApp(app)
  return figures
}

async function startTotals(server: BenchServer, tenant: LoadedTenant): Promise<void> {
  const { default: totals } = await import('../../apps/totals.ts')
  const client = server.client(tenant)
  await client.deployApp(app, { plan: totals.plan })
  await client.startApp(app)
}

/** A result for every row. */
async function secondsOf(server: BenchServer, tenant: LoadedTenant): Promise<number> {
  const client = server.client(tenant)
  const body = new Bodies(1000).next(null)
  const { next } = await client.readResults(app, 'totals', { from: 'now' })
  const stopping = new AbortController()
  let results = 0
  const fromMs = performance.now()
  const followed = (async () => {
    for await (const _ of client.followResults(app, 'totals', { from: next, signal: stopping.signal })) if (++results === 1000) return
  })()
  await client.sendRecords('alarms', body, { format: 'csv' })
  await followed
  stopping.abort()
  return (performance.now() - fromMs) / 1000
}
