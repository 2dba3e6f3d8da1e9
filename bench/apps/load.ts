import { app, minutes, tumbling } from '@millrace/sdk'
import { alarmsAs } from './alarms.ts'

/** What the server is loaded with: statistics of each sensor every ten minutes, and an alert for each record that is alarming. */
export default app('load', {}, (from) => {
  const alarms = from(alarmsAs('csv'))
  return {
    statistics: alarms
      .keyBy('station_id', 'datapoint_id', 'alarm_id')
      .window(tumbling(minutes(10)))
      .aggregate((a, { count, min, max, avg }) => ({ records: count(), lowest: min(a.value), highest: max(a.value), mean: avg(a.value) })),
    alerts: alarms
      .filter((a) => a.value >= 1000)
      .keyBy('station_id')
      .alert({ when: (a) => a.value >= 1000, severity: 'critical', message: (a) => `n${a.value - 1000}` }),
  }
})
