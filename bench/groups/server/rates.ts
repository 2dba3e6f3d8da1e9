import { type Figure, figure } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'

const ways = [
  { name: 'HTTP, bodies of 1 record', by: 'http', rows: 1, connections: 64 },
  { name: 'HTTP, bodies of 100 records', by: 'http', rows: 100, connections: 32 },
  { name: 'HTTP, bodies of 1,000 records', by: 'http', rows: 1000, connections: 16 },
  { name: 'MQTT QoS 1, messages of 1 record', by: 'mqtt', rows: 1, connections: 8 },
] as const

/** Records in, as fast as they are acknowledged. */
export async function ratesOf(server: BenchServer, ms: number, runs: number): Promise<readonly Figure[]> {
  const tenants = await server.tenants(1)
  const rates = new Map<string, number[]>()
  // The first round warms up.
  for (let run = -1; run < runs; run++) {
    for (const { name, by, rows, connections } of ways) {
      const { records, seconds } = await server.load({ tenants, by, rows, connections, ms })
      if (run >= 0) rates.set(name, [...(rates.get(name) ?? []), records / seconds])
    }
  }
  return ways.map(({ name }) => figure(`server, records in over ${name}`, 'records/s', rates.get(name) as number[]))
}
