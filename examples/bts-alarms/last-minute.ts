import { app, hopping, minutes, seconds } from '@millrace/sdk'
import { alarms } from './streams.ts'

/** Every five seconds, what the last minute of each sensor looked like. */
export default app('last-minute', {}, (from) => ({
  lastMinute: from(alarms)
    .keyBy('station_id', 'datapoint_id', 'alarm_id')
    .window(hopping(minutes(1), seconds(5)))
    .aggregate((a, { count, countIf, min, max, avg }) => ({
      records: count(),
      active: countIf(a.isActive),
      lowest: min(a.value),
      highest: max(a.value),
      mean: avg(a.value),
    })),
}))
