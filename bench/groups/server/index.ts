import type { Benchmark, Figure } from '../../measure.ts'
import { withFolder } from '../../state-folder.ts'
import { BenchServer } from './bench-server.ts'
import { idleOf } from './idle.ts'
import { latenciesOf } from './latencies.ts'
import { noisyOf } from './noisy.ts'
import { ratesOf } from './rates.ts'
import { restartsOf } from './restarts.ts'
import { evenRatesOf, highestRatesOf } from './shared-rate.ts'
import { systemsBenchmark } from './systems.ts'
import { thousandRowsOf } from './thousand-rows.ts'

/** One server, `millrace serve` as it comes, for all figures; the load comes from processes on the same machine. */
export const serverBenchmarks: readonly Benchmark[] = [
  {
    name: 'the server',
    run: ({ folder, serverMs, runs }) =>
      withFolder(folder, async (own) => {
        const server = await BenchServer.open(own)
        const figures: Figure[] = []
        try {
          figures.push(...(await idleOf(server, serverMs)))
          const fresh = await highestRatesOf(server, serverMs, Math.min(3, runs), ', fresh')
          figures.push(...fresh, ...(await evenRatesOf(server, serverMs, Math.min(3, runs), fresh)))
          figures.push(...(await ratesOf(server, serverMs, Math.min(3, runs))))
          figures.push(...(await thousandRowsOf(server, runs)))
          figures.push(...(await noisyOf(server, 2 * serverMs, Math.min(3, runs))))
          figures.push(...(await latenciesOf(server, serverMs, Math.min(3, runs))))
          figures.push(...(await highestRatesOf(server, serverMs, Math.min(3, runs), '')))
          figures.push(...(await restartsOf(server, serverMs, Math.min(3, runs))))
          return figures
        } finally {
          server.process.end()
        }
      }),
  },
  systemsBenchmark,
]
