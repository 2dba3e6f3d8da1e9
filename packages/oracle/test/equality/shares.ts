import type { OracleResult } from '../../src/run.ts'

/** In how many runs something occurred that is hard to get right. */
export class Shares {
  runs = 0
  readonly counts = new Map<string, number>()

  add(result: OracleResult): void {
    this.runs++
    for (const [name, count] of Object.entries(occurrences(result))) this.counts.set(name, (this.counts.get(name) ?? 0) + (count > 0 ? 1 : 0))
  }

  share(name: string): number {
    return (this.counts.get(name) ?? 0) / this.runs
  }

  toString(): string {
    return [...this.counts.keys()].map((name) => `${name} ${(100 * this.share(name)).toFixed(1)} %`).join(', ')
  }
}

/** What every suite must meet in at least 5 % of its runs. */
export const required = ['late', 'too late', 'revision', 'clear', 'missing key', 'idle'] as const

function occurrences({ late, stats }: OracleResult): Record<string, number> {
  const windows = Object.values(stats.windows)
  const alerts = Object.values(stats.alerts)
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)
  return {
    late: sum(windows.map(({ late }) => late)),
    'too late': sum(Object.values(late).map(({ length }) => length)),
    revision: sum(windows.map(({ revised }) => revised)),
    clear: sum(alerts.map(({ cleared }) => cleared)),
    update: sum(alerts.map(({ updated }) => updated)),
    withdraw: sum(alerts.map(({ withdrawn }) => withdrawn)),
    suppressed: sum(alerts.map(({ suppressed }) => suppressed)),
    'missing key': stats.missingKeys,
    idle: stats.idle,
    'failed value': sum(Object.values(stats.failures).map(({ count }) => count)),
  }
}
