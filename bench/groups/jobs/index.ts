import type { Benchmark } from '../../measure.ts'
import { hostileBenchmark } from './hostile.ts'
import { recoveryBenchmark } from './recovery.ts'
import { smallJobsBenchmarks } from './small.ts'
import { snapshotBenchmark } from './snapshots.ts'
import { throughLogBenchmark } from './through-log.ts'
import { workersBenchmarks } from './workers.ts'

export const jobsBenchmarks: readonly Benchmark[] = [
  throughLogBenchmark,
  ...workersBenchmarks,
  snapshotBenchmark,
  recoveryBenchmark,
  hostileBenchmark,
  ...smallJobsBenchmarks,
]
