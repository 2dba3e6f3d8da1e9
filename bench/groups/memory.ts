import { days, tumbling } from '@millrace/sdk'
import { alarmsAs } from '../apps/alarms.ts'
import { statistics } from '../apps/statistics.ts'
import { forgetting, runFile } from '../feed.ts'
import { type Benchmark, figure } from '../measure.ts'
import { usedBytes } from '../memory-use.ts'
import { manyKeysFile } from './many-keys.ts'

/** What the state of the engine takes while a million keys are live in one window. */
export const memoryBenchmark: Benchmark = {
  name: 'memory of a live (key, window)',
  async run(scale) {
    const file = manyKeysFile(scale)
    const sizes: Sizes[] = []
    for (let run = 0; run < scale.runs; run++) sizes.push(sizesAtMost(file))
    return [
      figure(
        'memory of a live (key, window), as the process grows',
        'bytes',
        sizes.map(({ grown, live }) => grown / live),
        300,
      ),
      figure(
        'memory of a live (key, window), as the engine counts',
        'bytes',
        sizes.map(({ counted, live }) => counted / live),
        300,
      ),
    ]
  },
}

interface Sizes {
  readonly live: number
  readonly counted: number
  readonly grown: number
}

/** When most (key, window) pairs are live. */
function sizesAtMost(file: string): Sizes {
  const { plan } = statistics('statistics', alarmsAs('csv'), tumbling(days(2)))
  let most: Sizes = { live: 0, counted: 0, grown: 0 }
  let batches = 0
  const before = usedBytes()
  runFile(file, plan, forgetting, (stats) => {
    if (batches++ % 64 !== 0) return
    const { windows, stateBytes } = stats()
    const live = Object.values(windows).reduce((sum, { open }) => sum + open, 0)
    if (live > most.live) most = { live, counted: stateBytes, grown: usedBytes() - before }
  })
  return most
}
