import { type Figure, figure } from '../../measure.ts'
import type { BenchServer } from './bench-server.ts'

const counts = [1, 2, 5, 100]
const rows = 100
const connections = 100
/** Single runs of the same load lie up to a third apart, more than what is looked for here. */
const roundsARun = 2

/** The highest rate of the same load spread over so many tenants, by turns; `when`: what was before, in the figures' names. */
export async function highestRatesOf(server: BenchServer, ms: number, runs: number, when: string): Promise<readonly Figure[]> {
  const rates = await byTurns(server, roundsARun * runs, (tenants) => server.load({ tenants, rows, connections, ms }))
  const figures = rates.map(({ of, values }) => figure(`server${when}, records in of ${of}, bodies of 100`, 'records/s', values))
  return [...figures, apart(`server${when}, 1, 2, 5 and 100 tenants, most to least`, figures)]
}

/** The same total rate, half of the lowest of those, spread over so many tenants: what is taken of it. */
export async function evenRatesOf(server: BenchServer, ms: number, runs: number, highest: readonly Figure[]): Promise<readonly Figure[]> {
  const lowest = Math.min(...highest.filter(({ unit }) => unit === 'records/s').map(({ value }) => value))
  const bodiesPerSecond = Math.max(5, lowest / 2 / rows)
  const rates = await byTurns(server, runs, (tenants) => server.load({ tenants, rows, connections, ms, bodiesPerSecond }))
  const figures = rates.map(({ of, values }) => figure(`server, half of the lowest of these rates, taken of ${of}`, 'records/s', values))
  return [...figures, apart('server, the same total rate of 1, 2, 5 and 100 tenants, most to least', figures)]
}

interface Rates {
  /** Whose load it is, in words. */
  readonly of: string
  readonly values: readonly number[]
}

type Load = (tenants: Awaited<ReturnType<BenchServer['tenants']>>) => ReturnType<BenchServer['load']>

/** The first round warms up. */
async function byTurns(server: BenchServer, rounds: number, load: Load): Promise<readonly Rates[]> {
  const rates: number[][] = counts.map(() => [])
  for (let round = -1; round < rounds; round++) {
    for (const [at, count] of counts.entries()) {
      const { records, seconds } = await load(await server.tenants(count))
      if (round >= 0) rates[at]?.push(records / seconds)
    }
  }
  return counts.map((count, at) => ({ of: `${count} tenant${count === 1 ? '' : 's'}`, values: rates[at] as number[] }))
}

function apart(name: string, figures: readonly Figure[]): Figure {
  const medians = figures.map(({ value }) => value)
  return figure(name, '% apart', [100 * (1 - Math.min(...medians) / Math.max(...medians))], 15)
}
