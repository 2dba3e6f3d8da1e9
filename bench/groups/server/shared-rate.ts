import { type Figure, figure } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'

const counts = [1, 2, 5, 100]
const rows = 100
/** Single runs of the same load lie up to a third apart, more than what is looked for here. */
const roundsARun = 3

/** The same load spread over so many tenants, by turns. */
export async function sharedRateOf(server: BenchServer, ms: number, runs: number): Promise<readonly Figure[]> {
  const rates: number[][] = counts.map(() => [])
  // The first round warms up.
  for (let run = -1; run < runs * roundsARun; run++) {
    for (const [at, count] of counts.entries()) {
      const tenants = await server.tenants(count)
      const { records, seconds } = await server.load({ tenants, rows, connections: 100, ms })
      if (run >= 0) rates[at]?.push(records / seconds)
    }
  }
  const figures = counts.map((count, at) =>
    figure(`server, records in of ${count} tenant${count === 1 ? '' : 's'}, bodies of 100`, 'records/s', rates[at] as number[]),
  )
  const medians = figures.map(({ value }) => value)
  const apart = 100 * (1 - Math.min(...medians) / Math.max(...medians))
  return [...figures, figure('server, 1, 2, 5 and 100 tenants, most to least', '% apart', [apart], 15)]
}
