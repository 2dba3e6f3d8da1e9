import { app, float64, hours, int64, list, minutes, record, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'

/** Polls of sensors: nested JSON, numbers as text, one record a measurement wanted. */
export const polls = stream('polls', {
  schema: schema({
    id: int64(),
    timestamp: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
    location: record({ id: int64(), latitude: float64({ fromText: true }), longitude: float64({ fromText: true }), country: text() }),
    sensor: record({ id: int64(), sensor_type: record({ id: int64(), name: text() }) }),
    sensordatavalues: list(record({ id: int64(), value: float64({ fromText: true, missing: [-1] }), value_type: text() })),
  }),
  format: 'ndjson',
  time: 'timestamp',
  watermark: { boundedOutOfOrderness: minutes(10) },
})

export default app('air-quality', { params: { unhealthy: 100, minSamples: 3 } }, (from) => {
  const measurements = from(polls)
    .explode('sensordatavalues')
    .map((m) => ({
      sensor: m.sensor.id,
      country: m.location.country,
      at: m.timestamp,
      type: m.sensordatavalues.value_type,
      value: m.sensordatavalues.value,
    }))
    .filter((m) => m.value >= 0 && (m.type === 'P1' || m.type === 'P2'))

  const hourly = measurements
    .keyBy('sensor', 'country')
    .window(tumbling(hours(1)), { allowedLateness: minutes(30) })
    .aggregate((m, { count, avg, last }) => ({
      samples: count(),
      pm10: avg(m.value, { where: m.type === 'P1' }),
      pm25: avg(m.value, { where: m.type === 'P2' }),
      lastSeen: last(m.at),
    }))

  const index = hourly
    .filter((h, p) => h.samples >= p.minSamples)
    .map((h) => ({
      ...h,
      aqi: Math.max(
        h.pm25 <= 12 ? (h.pm25 * 50) / 12 : h.pm25 <= 35.4 ? 50 + ((h.pm25 - 12) * 50) / 23.4 : 100 + ((h.pm25 - 35.4) * 50) / 20,
        h.pm10 <= 54 ? (h.pm10 * 50) / 54 : 50 + ((h.pm10 - 54) * 50) / 100,
      ),
    }))

  return {
    index,
    totals: measurements.keyBy('country').aggregate((m, { count, max }) => ({ records: count(), worst: max(m.value) })),
    alerts: index.alert({
      when: (h, p) => h.aqi > p.unhealthy,
      message: (h) => `air at sensor ${h.sensor} (${h.country}): index ${Math.round(h.aqi)} at ${h.windowEnd.hour('Europe/Berlin')} o'clock`,
      cooldown: hours(1),
    }),
  }
})
