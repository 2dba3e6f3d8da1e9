import { setTimeout as after } from 'node:timers/promises'
import { type Figure, figure } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'

/** Memory of a server to which nothing comes since its start. */
export async function idleOf(server: BenchServer, settleMs: number): Promise<readonly Figure[]> {
  await after(settleMs)
  const empty = server.residentMb()
  await server.tenants(10)
  await server.process.kill()
  await server.start()
  await after(settleMs)
  return [
    figure('server, idle, memory with an empty data folder', 'MB', [empty], 150),
    figure('server, idle, memory with 10 tenants, a stream and an app each', 'MB', [server.residentMb()], 150),
  ]
}
