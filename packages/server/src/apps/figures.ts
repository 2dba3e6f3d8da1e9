import type { JobFigures } from '@millrace/api/schemas'
import { addStats, type JobStats } from '@millrace/engine'
import type { JobStatus, Jobs } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import type { Plan } from '@millrace/plan'

/** What a running job counts and holds, its parts together; null: between two runs. */
export async function figuresOf(jobs: Jobs, log: Log, { tenant, job, position, parallelism }: JobStatus, plan: Plan): Promise<JobFigures | null> {
  const parts = await jobs.figures(tenant, job)
  if (parts.length === 0) return null
  const stats = addStats(parts.map((part) => part.stats))
  const sum = (value: (part: (typeof parts)[number]) => number): number => parts.reduce((total, part) => total + value(part), 0)
  return {
    ...countsOf(stats),
    cpuMs: sum(({ cpuMs }) => cpuMs),
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    lag: Math.max(0, newestOf(log, tenant, plan) - Math.max(position, ...parts.map((part) => part.position))),
    parallelism,
  }
}

function countsOf({ records, highestEventTimeMs, watermarkMs, outputs, windows, alerts, failures, stateBytes, keys }: JobStats) {
  return { records, highestEventTimeMs, watermarkMs, outputs, windows, alerts, failures, stateBytes, keys }
}

/** Sequence of the newest record of the plan's streams. */
function newestOf(log: Log, tenant: string, { streams }: Plan): number {
  return Math.max(0, ...log.streams(tenant).map(({ stream, lastSequence }) => (Object.hasOwn(streams, stream) ? (lastSequence ?? 0) : 0)))
}
