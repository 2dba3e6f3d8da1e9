import { app } from '@millrace/sdk'
import { alarms } from './streams.ts'

/** Statistics of each sensor since the beginning, after every record. */
export default app('totals', {}, (from) => ({
  totals: from(alarms)
    .keyBy('station_id', 'datapoint_id', 'alarm_id')
    .aggregate((a, { count, countIf, min, max, avg, stddev, last }) => ({
      records: count(),
      active: countIf(a.isActive),
      lowest: min(a.value),
      highest: max(a.value),
      mean: avg(a.value),
      deviation: stddev(a.value),
      lastValue: last(a.value),
    })),
}))
