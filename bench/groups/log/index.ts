import type { Benchmark } from '../../measure.ts'
import { appendBenchmark, tenantsBenchmark } from './appends.ts'
import { idleStreamsBenchmark } from './idle-streams.ts'
import { segmentBenchmark } from './segments.ts'

export const logBenchmarks: readonly Benchmark[] = [appendBenchmark, tenantsBenchmark, segmentBenchmark, idleStreamsBenchmark]
