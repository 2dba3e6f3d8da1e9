import type { Benchmark } from '../../measure.ts'
import { snapshotBenchmark } from './snapshots.ts'
import { throughLogBenchmark } from './through-log.ts'

export const jobsBenchmarks: readonly Benchmark[] = [throughLogBenchmark, snapshotBenchmark]
