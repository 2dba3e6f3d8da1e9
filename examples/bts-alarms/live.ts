import { app, float64, int32, int64, minutes, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'

/** What stations send the moment an alarm begins, or ends: a JSON object each, a few seconds out of order, now and then a minute late. */
export const liveAlarms = stream('alarms', {
  schema: schema({
    id: int64(),
    station_id: int64(),
    alarm_id: int32(),
    parameter_id: int32(),
    start_time: timestamp({ format: 'iso' }),
    end_time: timestamp({ format: 'iso', optional: true }),
    value: float64({ missing: [999999, 999991] }),
    threshold: float64({ missing: [999999] }),
  }),
  format: 'ndjson',
  time: 'start_time',
  watermark: { boundedOutOfOrderness: seconds(2) },
  idleTimeout: seconds(5),
  key: ['station_id', 'alarm_id'],
})

/** Over stations that report now: voltage that leaves its bounds again and again in ten seconds, and each failed equipment or open door at once. */
export default app('station-alarms', { params: { limit: 2 } }, (from) => {
  const alarms = from(liveAlarms)

  const voltage = alarms
    .filter((a) => a.alarm_id === 308 || a.alarm_id === 309)
    .keyBy('station_id', 'alarm_id')
    .window(tumbling(seconds(10)), { allowedLateness: minutes(1) })
    .aggregate((a, { count, min, max, avg }) => ({ alarms: count(), lowest: min(a.value), highest: max(a.value), threshold: avg(a.threshold) }))

  return {
    voltage,
    voltageAlerts: voltage.alert({
      when: (w, p) => w.alarms > p.limit,
      severity: 'critical',
      message: (w) =>
        `station ${w.station_id}: ${w.alarm_id === 308 ? `high AC voltage, ${w.highest}` : `low AC voltage, ${w.lowest}`} V against ${w.threshold} V, ${w.alarms} times in ten seconds`,
    }),
    siteAlerts: alarms
      .filter((a) => a.alarm_id === 303 || a.alarm_id === 317)
      .keyBy('station_id', 'alarm_id')
      .alert({
        when: (a) => a.alarm_id > 0,
        message: (a) => `station ${a.station_id}: ${a.alarm_id === 303 ? 'equipment failed' : 'door open'}`,
        clearAfter: seconds(10),
      }),
  }
})
