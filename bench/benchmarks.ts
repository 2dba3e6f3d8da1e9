import { columnsBenchmark } from './groups/columns.ts'
import { commandBenchmark, startBenchmark } from './groups/command.ts'
import { decodeBenchmarks } from './groups/decode.ts'
import { dirtyBenchmarks } from './groups/dirty.ts'
import { fileBenchmark } from './groups/file.ts'
import { memoryBenchmark } from './groups/memory.ts'
import { sharedBenchmarks } from './groups/shared.ts'
import { windowBenchmarks } from './groups/windows.ts'
import type { Benchmark } from './measure.ts'

/** All of them, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [
  ...decodeBenchmarks,
  columnsBenchmark,
  ...windowBenchmarks,
  fileBenchmark,
  commandBenchmark,
  ...dirtyBenchmarks,
  memoryBenchmark,
  startBenchmark,
  ...sharedBenchmarks,
]
