import { app, bool, float64, int32, int64, minutes, schema, stream, timestamp, tumbling } from '@millrace/sdk'

export const alarms = stream('alarms', {
  schema: schema({
    station_id: int64(),
    datapoint_id: int32(),
    alarm_id: int32(),
    event_time: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
    value: float64({ missing: [999999] }),
    valueThreshold: float64({ missing: [999999] }),
    isActive: bool(),
  }),
  format: 'csv',
  time: 'event_time',
  watermark: { boundedOutOfOrderness: minutes(10) },
  idleTimeout: minutes(1),
})

export default app('equipment-failures', { params: { limit: 5 } }, (from) => {
  const perSensor = from(alarms)
    .filter((a) => a.alarm_id === 303 && a.isActive)
    .keyBy('station_id', 'datapoint_id', 'alarm_id')
    .window(tumbling(minutes(10)), { allowedLateness: minutes(15) })
    .aggregate((a, { count, avg, max }) => ({ failures: count(), mean: avg(a.value), highest: max(a.value) }))
  return {
    failures: perSensor,
    alerts: perSensor.alert({
      when: (w, p) => w.failures > p.limit,
      severity: 'critical',
      message: (w) => `sensor ${w.datapoint_id} failed ${w.failures} times`,
      cooldown: minutes(30),
    }),
  }
})
