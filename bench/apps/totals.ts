import { app } from '@millrace/sdk'
import { alarmsAs } from './alarms.ts'

/** Totals of each sensor since the begin: a result a record. */
export default app('totals', {}, (from) => ({
  totals: from(alarmsAs('csv'))
    .keyBy('station_id', 'datapoint_id', 'alarm_id')
    .aggregate((a, { count, min, max, avg }) => ({ records: count(), lowest: min(a.value), highest: max(a.value), mean: avg(a.value) })),
}))
