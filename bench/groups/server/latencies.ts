import { type Figure, figure, quantile } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'

const rows = 100
const shares = [0.1, 0.5, 0.8]

/** From the instant at which a body of a hundred records was due until its alert was received, at shares of the highest rate. */
export async function latenciesOf(server: BenchServer, highest: number, ms: number): Promise<readonly Figure[]> {
  const tenants = await server.tenants(1)
  const figures: Figure[] = []
  for (const share of shares) {
    const bodiesPerSecond = Math.max(5, (highest * share) / rows)
    const { alertMs } = await server.load({ tenants, rows, connections: 32, ms, bodiesPerSecond, follow: true })
    const name = `server, record sent to alert received, at ${100 * share} % of the highest rate`
    figures.push(...[0.5, 0.99].map((part) => figure(`${name}, p${100 * part}`, 'ms', [quantile(alertMs, part)])))
  }
  return figures
}
