import type { Plan } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'

const readings = stream('readings', {
  schema: schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: seconds(1),
})

/** Sums of ten seconds by sensor, and an alert where one is above 100. */
export const sums: Plan = app('sums', {}, (from) => {
  const perSensor = from(readings)
    .keyBy('sensor')
    .window(tumbling(seconds(10)))
    .aggregate((reading, { count, sum }) => ({ count: count(), sum: sum(reading.value) }))
  return {
    sums: perSensor,
    alerts: perSensor.alert({ when: (window) => window.sum > 100, severity: 'critical', message: (window) => `sensor ${window.sensor}` }),
  }
}).plan

/** As `sums`, with another aggregate beside: its state does not fit. */
export const sumsAndHighest: Plan = app('sums', {}, (from) => {
  const perSensor = from(readings)
    .keyBy('sensor')
    .window(tumbling(seconds(10)))
    .aggregate((reading, { count, sum, max }) => ({ count: count(), sum: sum(reading.value), highest: max(reading.value) }))
  return {
    sums: perSensor,
    alerts: perSensor.alert({ when: (window) => window.sum > 100, severity: 'critical', message: (window) => `sensor ${window.sensor}` }),
  }
}).plan

/** As `sums`, with a filter before the alert: all state fits. */
export const sumsOfMany: Plan = app('sums', {}, (from) => {
  const perSensor = from(readings)
    .keyBy('sensor')
    .window(tumbling(seconds(10)))
    .aggregate((reading, { count, sum }) => ({ count: count(), sum: sum(reading.value) }))
  return {
    sums: perSensor,
    alerts: perSensor.alert({ when: (window) => window.sum > 100, severity: 'critical', message: (window) => `sensor ${window.sensor}` }),
    large: perSensor.filter((window) => window.sum > 50),
  }
}).plan
