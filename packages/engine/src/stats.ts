import type { Plan } from '@millrace/plan'
import type { FailureCount } from './code/runtime.ts'
import type { AlertStats, JobStats, WindowStats } from './job.ts'
import type { OperatorTimes } from './operator-times.ts'
import { Alert } from './operators/alert.ts'
import { RunningAggregate } from './operators/running-aggregate.ts'
import { WindowAggregate } from './operators/window-aggregate.ts'
import type { Strings } from './state/strings.ts'
import type { Station } from './station.ts'
import type { Watermarks } from './watermarks.ts'

/** What the figures of a job are taken from. */
export interface Counted {
  readonly plan: Plan
  readonly stations: readonly Station[]
  readonly strings: Strings
  readonly watermarks: Watermarks
  readonly outputs: JobStats['outputs']
  /** Of operators without state. */
  readonly failureCounts: ReadonlyMap<string, FailureCount>
  readonly times: OperatorTimes | null
}

export function statsOf(job: Counted): JobStats {
  const streams = Object.keys(job.plan.streams)
  const ofStreams = <T>(value: (stream: string) => T): Record<string, T> => Object.fromEntries(streams.map((name) => [name, value(name)]))
  return {
    records: ofStreams((name) => job.watermarks.clock(name).records),
    highestEventTimeMs: ofStreams((name) => finite(job.watermarks.clock(name).highest)),
    watermarkMs: ofStreams((name) => finite(job.watermarks.clock(name).reached)),
    outputs: Object.fromEntries(Object.entries(job.outputs).map(([name, counts]) => [name, { ...counts }])),
    windows: windowStats(job),
    alerts: alertStats(job),
    failures: failures(job),
    stateBytes: job.stations.reduce((sum, { operator }) => sum + operator.stateBytes, job.strings.bytes),
    keys: job.stations.reduce((sum, { operator }) => sum + operator.keys, 0),
    state: Object.fromEntries(job.stations.map(({ operator }) => [operator.id, { keys: operator.keys, bytes: operator.stateBytes }])),
    ...(job.times === null ? {} : { timeMs: Object.fromEntries(job.times.ms) }),
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

function windowStats({ stations }: Counted): Record<string, WindowStats> {
  return Object.fromEntries(stations.flatMap(({ operator }) => (operator instanceof WindowAggregate ? [[operator.id, operator.stats()]] : [])))
}

function alertStats({ stations }: Counted): Record<string, AlertStats> {
  return Object.fromEntries(stations.flatMap(({ operator }) => (operator instanceof Alert ? [[operator.id, operator.stats()]] : [])))
}

function failures({ stations, failureCounts }: Counted): Record<string, number> {
  const counts = new Map([...failureCounts].map(([id, { failures }]) => [id, failures]))
  for (const { operator } of stations) {
    if (operator instanceof WindowAggregate || operator instanceof RunningAggregate || operator instanceof Alert)
      counts.set(operator.id, operator.failures.failures)
  }
  return Object.fromEntries(counts)
}
