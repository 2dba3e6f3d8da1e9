import { app, type Window } from '@millrace/sdk'
import type { Alarms } from './alarms.ts'

/** What every sensor measured in each window: the work that all benchmarks share. */
export function statistics(name: string, alarms: Alarms, window: Window) {
  return app(name, {}, (from) => ({
    statistics: from(alarms)
      .keyBy('station_id', 'datapoint_id', 'alarm_id')
      .window(window)
      .aggregate((a, { count, countIf, sum, min, max, avg }) => ({
        records: count(),
        active: countIf(a.isActive),
        total: sum(a.value),
        lowest: min(a.value),
        highest: max(a.value),
        mean: avg(a.value),
      })),
  }))
}
