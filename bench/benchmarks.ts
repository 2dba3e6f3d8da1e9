import { columnsBenchmark } from './groups/columns.ts'
import { commandBenchmark, startBenchmark } from './groups/command.ts'
import { decodeBenchmarks } from './groups/decode.ts'
import { dirtyBenchmarks } from './groups/dirty.ts'
import { fileBenchmark } from './groups/file.ts'
import { jobsBenchmarks } from './groups/jobs/index.ts'
import { logBenchmarks } from './groups/log/index.ts'
import { memoryBenchmark } from './groups/memory.ts'
import { serverBenchmarks } from './groups/server/index.ts'
import { sharedBenchmarks } from './groups/shared.ts'
import { windowBenchmarks } from './groups/windows.ts'
import type { Benchmark, Table } from './measure.ts'

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
  ...inTable('log', logBenchmarks),
  ...inTable('jobs', jobsBenchmarks),
  ...inTable('server', serverBenchmarks),
]

function inTable(table: Table, group: readonly Benchmark[]): readonly Benchmark[] {
  return group.map(({ name, run }) => ({ name, run: async (scale) => (await run(scale)).map((figure) => ({ ...figure, table })) }))
}
