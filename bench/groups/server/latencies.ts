import { type Figure, figure, quantile } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'

const rows = 100
const connections = 32
const shares = [0.1, 0.5, 0.8]

/** From the instant at which a body of a hundred records was due until its alert was received, at shares of the highest rate of such bodies. */
export async function latenciesOf(server: BenchServer, ms: number, runs: number): Promise<readonly Figure[]> {
  const tenants = await server.tenants(1)
  const rates: number[] = []
  for (let run = 0; run < runs; run++) {
    const { records, seconds } = await server.load({ tenants, rows, connections, ms, follow: true })
    rates.push(records / seconds)
  }
  const highest = figure('server, records in over HTTP, bodies of 100 records, an alert for each', 'records/s', rates)
  const figures = [highest]
  for (const share of shares) {
    const bodiesPerSecond = Math.max(5, (highest.value * share) / rows)
    const { alertMs } = await server.load({ tenants, rows, connections, ms: 2 * ms, bodiesPerSecond, follow: true })
    const name = `server, record sent to alert received, at ${100 * share} % of that rate`
    figures.push(...[0.5, 0.99].map((part) => figure(`${name}, p${100 * part}`, 'ms', [quantile(alertMs, part)])))
  }
  return figures
}
