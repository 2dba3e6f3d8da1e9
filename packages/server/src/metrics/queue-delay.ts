import type { RunFigures } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import { IngestionTimes } from './ingestion-times.ts'
import type { LookedAt } from './job-metrics.ts'

/** So many apps are looked at, those that are furthest behind: the log is read for each. */
const mostApps = 200

/** How long the oldest record waits that an app has not taken, s, by app; 0: none does. Of an app that is not among them it is not known. */
export async function queueDelays(log: Log, apps: readonly LookedAt[]): Promise<ReadonlyMap<LookedAt, number>> {
  const delays = new Map<LookedAt, number>()
  const behind: { readonly one: LookedAt; readonly lag: number }[] = []
  for (const one of apps.filter(({ figures }) => figures.length > 0)) {
    const lag = lagOf(log, one)
    if (lag === 0) delays.set(one, 0)
    else behind.push({ one, lag })
  }
  behind.sort((a, b) => b.lag - a.lag)
  for (const { one } of behind.slice(0, mostApps)) {
    const sinceMs = await waitingSince(log, one)
    if (sinceMs !== null) delays.set(one, Math.max(0, log.now() - sinceMs) / 1000)
  }
  return delays
}

/** Sequences of the tenant's log between the newest record of the app's streams and what it has come to. */
export function lagOf(log: Log, { tenant, figures }: LookedAt): number {
  const newest = streamsOf(figures).map((stream) => log.stream(tenant, stream)?.lastSequence ?? 0)
  return Math.max(0, Math.max(0, ...newest) - positionOf(figures))
}

/** Log time of the first record behind the app's position, ms; what cannot be read now is not known. */
async function waitingSince(log: Log, { tenant, figures }: LookedAt): Promise<number | null> {
  const reader = log.reader({ tenant, streams: streamsOf(figures), from: positionOf(figures) + 1 })
  try {
    const [piece] = await reader.read(1)
    if (piece === undefined) return null
    const times = new IngestionTimes()
    times.add(piece)
    return times.ofRow(0)
  } catch {
    return null
  } finally {
    reader.close()
  }
}

function streamsOf(figures: readonly RunFigures[]): readonly string[] {
  return Object.keys(figures[0]?.stats.records ?? {})
}

/** Everything up to here was taken, by all parts. */
function positionOf(figures: readonly RunFigures[]): number {
  return Math.min(...figures.map(({ position }) => position))
}
