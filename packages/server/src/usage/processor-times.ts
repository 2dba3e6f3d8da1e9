import type { LookedAt } from '../metrics/job-metrics.ts'
import type { AppCount } from './kept-usage.ts'

/** Processor time of apps, counted from what their runs say they used so far. */
export class ProcessorTimes {
  /** By app: of its run so far. */
  private readonly seenMs = new Map<string, number>()
  private readonly counts = new Map<string, AppCount>()

  take(day: string, apps: readonly LookedAt[]): void {
    for (const { tenant, name: app, figures, use: cpuMs } of apps) {
      if (figures.length === 0) continue
      const key = `${tenant}\n${app}`
      const before = this.seenMs.get(key) ?? 0
      this.seenMs.set(key, cpuMs)
      // A run that began anew counts from 0.
      const used = cpuMs >= before ? cpuMs - before : cpuMs
      if (used > 0) this.of(tenant, day, app).cpuMs += used
    }
  }

  all(): readonly AppCount[] {
    return [...this.counts.values()]
  }

  clear(): void {
    this.counts.clear()
  }

  forget(tenant: string): void {
    for (const known of [this.counts, this.seenMs]) for (const key of known.keys()) if (key.startsWith(`${tenant}\n`)) known.delete(key)
  }

  private of(tenant: string, day: string, app: string): AppCount {
    const key = `${tenant}\n${app}\n${day}`
    const count = this.counts.get(key) ?? { tenant, day, app, cpuMs: 0 }
    this.counts.set(key, count)
    return count
  }
}
