import { type Figure, figure, quantile } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'
import type { LoadedTenant } from './load-spec.ts'

const quota = 5_000

/** A tenant that sends ten times its quota beside one that sends at ease: what the other notices. */
export async function noisyOf(server: BenchServer, ms: number, runs: number): Promise<readonly Figure[]> {
  const [neighbour] = (await server.tenants(1)) as [LoadedTenant]
  const noisy = await server.tenant('noisy', { recordsPerSecond: quota })
  const watched = () => server.load({ tenants: [neighbour], rows: 20, connections: 8, ms, bodiesPerSecond: 100, follow: true })
  const noise = () => server.load({ tenants: [noisy], rows: 100, connections: 16, ms: ms * 1.2, bodiesPerSecond: (10 * quota) / 100 })
  const alone: number[] = []
  const beside: number[] = []
  for (let run = 0; run < runs; run++) {
    alone.push(quantile((await watched()).alertMs, 0.99))
    const [{ alertMs }] = await Promise.all([watched(), noise()])
    beside.push(quantile(alertMs, 0.99))
  }
  const times = beside.map((p99, run) => p99 / (alone[run] as number))
  return [
    figure('server, record sent to alert received, 2,000 records/s, p99', 'ms', alone),
    figure('server, the same beside a tenant at 10 x its quota, p99', 'ms', beside),
    figure('server, the same beside a tenant at 10 x its quota, times as long', 'times', times, 2),
  ]
}
