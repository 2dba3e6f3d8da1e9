import { app, minutes } from '@millrace/sdk'
import { snapshot } from './streams.ts'

/** An alert as soon as one measurement of particulate matter is far out; it is over when the sensor reads less. */
export default app('spikes', { params: { limit: 250 } }, (from) => {
  const measurements = from(snapshot)
    .explode('sensordatavalues')
    .map((m) => ({
      location: m.location.id,
      sensor: m.sensor.id,
      type: m.sensor.sensor_type.name,
      measured: m.sensordatavalues.value_type,
      value: m.sensordatavalues.value,
    }))
    .filter((m) => m.measured === 'P1' || m.measured === 'P2')
  return {
    spikes: measurements.keyBy('sensor', 'measured').alert({
      when: (m, p) => m.value > p.limit,
      message: (m) => `${m.measured === 'P1' ? 'PM10' : 'PM2.5'} of ${m.value} µg/m³ at sensor ${m.sensor} (${m.type})`,
      clearAfter: minutes(10),
    }),
  }
})
