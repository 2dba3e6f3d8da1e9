import { app, minutes, tumbling } from '@millrace/sdk'
import { alarms } from './streams.ts'

/** Alarm 303: a piece of equipment reports that it failed. */
export function equipmentFailures(name: string, stream: typeof alarms) {
  return app(name, { params: { limit: 5 } }, (from) => {
    const failures = from(stream)
      .filter((a) => a.alarm_id === 303 && a.isActive)
      .keyBy('station_id', 'datapoint_id', 'alarm_id')
      .window(tumbling(minutes(10)), { allowedLateness: minutes(15) })
      .aggregate((a, { count, avg, max }) => ({ failures: count(), mean: avg(a.value), highest: max(a.value) }))
    const alerts = failures.alert({
      when: (w, p) => w.failures > p.limit,
      severity: 'critical',
      message: (w) => `datapoint ${w.datapoint_id} of station ${w.station_id} failed ${w.failures} times in ten minutes`,
      cooldown: minutes(30),
    })
    return { failures, alerts }
  })
}

export default equipmentFailures('equipment-failures', alarms)
