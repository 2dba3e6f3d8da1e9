import type { Usage as Answer, UsageDay } from '@millrace/api/schemas'
import type { LookedAt } from '../metrics/job-metrics.ts'
import type { StreamCount } from './stream-counts.ts'
import type { Counted } from './usage.ts'

type OfStream = { -readonly [Member in keyof UsageDay['streams'][number]]: UsageDay['streams'][number][Member] }
type OfApp = { -readonly [Member in keyof UsageDay['apps'][number]]: UsageDay['apps'][number][Member] }

/** Days as the API tells of them, the oldest first. */
export function shownDays({ streams, apps, queries }: Counted): readonly UsageDay[] {
  const [ofStreams, ofApps, ofQueries] = [Map.groupBy(streams, dayOf), Map.groupBy(apps, dayOf), Map.groupBy(queries, dayOf)]
  const days = [...new Set([...ofStreams.keys(), ...ofApps.keys(), ...ofQueries.keys()])].sort()
  return days.map((day) => {
    const shown = new ShownDay()
    for (const count of ofStreams.get(day) ?? []) shown.addStream(count)
    for (const count of ofApps.get(day) ?? []) shown.app(count.app).cpuMs += count.cpuMs
    const { queries: asked = 0, ms: queryMs = 0 } = ofQueries.get(day)?.[0] ?? {}
    return { ...shown.day(day), queries: asked, queryMs }
  })
}

function dayOf({ day }: { readonly day: string }): string {
  return day
}

/** Sums over all streams, apps and days. */
export function totalOf(days: readonly UsageDay[]): Answer['total'] {
  const [streams, apps] = [days.flatMap((day) => day.streams), days.flatMap((day) => day.apps)]
  const sum = <T>(of: readonly T[], value: (one: T) => number): number => of.reduce((total, one) => total + value(one), 0)
  return {
    records: sum(streams, ({ records }) => records),
    deadLetters: sum(streams, ({ deadLetters }) => deadLetters),
    receivedBytes: sum(streams, ({ receivedBytes }) => receivedBytes),
    results: sum(apps, ({ results }) => results),
    lateRecords: sum(apps, ({ lateRecords }) => lateRecords),
    cpuMs: sum(apps, ({ cpuMs }) => cpuMs),
    queries: sum(days, ({ queries }) => queries),
    queryMs: sum(days, ({ queryMs }) => queryMs),
    storedBytes: sum<{ readonly storedBytes: number }>([...streams, ...apps], ({ storedBytes }) => storedBytes),
  }
}

export function shownApp({ name, figures }: LookedAt): Answer['apps'][number] {
  const sum = (value: (part: LookedAt['figures'][number]) => number): number => figures.reduce((total, part) => total + value(part), 0)
  return { app: name, stateBytes: sum(({ stats }) => stats.stateBytes), keys: sum(({ stats }) => stats.keys) }
}

/** Sorts streams of the log, as they are called there, to the streams and apps of the tenant. */
class ShownDay {
  private readonly streams = new Map<string, OfStream>()
  private readonly apps = new Map<string, OfApp>()

  /** `alarms`, `alarms/dead`, `app/output` or `app/late/operator`; names that begin with $ are the server's own. */
  addStream({ stream: name, rows, bytes, receivedBytes }: StreamCount): void {
    const [owner = '', part, operator] = name.split('/')
    if (owner.startsWith('$')) return
    if (part === undefined || part === 'dead') {
      const stream = this.stream(owner)
      stream[part === undefined ? 'records' : 'deadLetters'] += rows
      stream.receivedBytes += receivedBytes
      stream.storedBytes += bytes
    } else {
      const app = this.app(owner)
      app[part === 'late' && operator !== undefined ? 'lateRecords' : 'results'] += rows
      app.storedBytes += bytes
    }
  }

  stream(name: string): OfStream {
    const known = this.streams.get(name) ?? { stream: name, records: 0, deadLetters: 0, receivedBytes: 0, storedBytes: 0 }
    this.streams.set(name, known)
    return known
  }

  app(name: string): OfApp {
    const known = this.apps.get(name) ?? { app: name, results: 0, lateRecords: 0, cpuMs: 0, storedBytes: 0 }
    this.apps.set(name, known)
    return known
  }

  day(day: string): Pick<UsageDay, 'day' | 'streams' | 'apps'> {
    return { day, streams: [...this.streams.values()], apps: [...this.apps.values()] }
  }
}
