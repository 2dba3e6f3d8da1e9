import { app, float64, hopping, int32, minutes, schema, seconds, stream, text, timestamp } from '@millrace/sdk'

/** Rows of the archive as a city's gateway sends them: some at a time, each with a header. */
export const liveReadings = stream('readings', {
  schema: schema({
    sensor_id: int32(),
    sensor_type: text(),
    location: int32(),
    timestamp: timestamp({ format: 'iso' }),
    P1: float64({ optional: true }),
    P2: float64({ optional: true }),
  }),
  format: { kind: 'csv', separator: ';', header: 'present' },
  time: 'timestamp',
  watermark: { boundedOutOfOrderness: seconds(2) },
  idleTimeout: seconds(5),
  key: ['sensor_id'],
})

/** Over sensors that measure now: fine dust above the limit on average, and single measurements far above it. */
export default app('fine-dust', { params: { mean: 50, peak: 150 } }, (from) => {
  const readings = from(liveReadings)
  const means = readings
    .keyBy('sensor_id')
    .window(hopping(seconds(15), seconds(5)), { allowedLateness: minutes(1) })
    .aggregate((r, { count, avg }) => ({ readings: count(), pm10: avg(r.P1), pm25: avg(r.P2) }))
  return {
    means,
    meanAlerts: means.alert({
      when: (w, p) => w.pm10 > p.mean,
      message: (w, p) => `PM10 at sensor ${w.sensor_id} above ${p.mean} µg/m³ on average`,
      cooldown: seconds(30),
    }),
    peaks: readings.keyBy('sensor_id').alert({
      when: (r, p) => r.P1 > p.peak,
      severity: 'critical',
      message: (r) => `PM10 of ${r.P1} µg/m³ at sensor ${r.sensor_id}`,
      clearAfter: seconds(10),
    }),
  }
})
