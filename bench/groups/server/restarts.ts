import { setTimeout as after } from 'node:timers/promises'
import { type Figure, figure } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'
import type { LoadedTenant } from './load-spec.ts'

/** A server is killed as soon as a load was acknowledged, with what all the others left in its log: how long until it is back. */
export async function restartsOf(server: BenchServer, ms: number, runs: number): Promise<readonly Figure[]> {
  const [tenant] = (await server.tenants(1)) as [LoadedTenant]
  const client = server.client(tenant)
  const ready: number[] = []
  const caughtUp: number[] = []
  for (let run = 0; run < runs; run++) {
    await server.load({ tenants: [tenant], rows: 1000, connections: 8, ms: ms / 2 })
    await server.process.kill()
    const fromMs = performance.now()
    await server.start()
    ready.push((performance.now() - fromMs) / 1000)
    while ((await client.appFigures('load')).figures?.lag !== 0) await after(5)
    caughtUp.push((performance.now() - fromMs) / 1000)
  }
  return [
    figure('server, from its start after SIGKILL until it is ready', 's', ready),
    figure('server, from its start after SIGKILL until its apps have caught up', 's', caughtUp),
  ]
}
