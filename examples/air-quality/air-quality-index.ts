import { app, minutes, tumbling } from '@millrace/sdk'
import { snapshot } from './streams.ts'

/**
 * PM10, PM2.5, humidity and temperature, which come from two sensors of a location, in one result, with the index of
 * the US EPA (2012): the worse of the two kinds of dust counts, linear between its breakpoints. Above 80 % humidity
 * drops of water look like dust, so the result says whether it can be trusted.
 */
export default app('air-quality-index', {}, (from) => {
  const measured = from(snapshot)
    .explode('sensordatavalues')
    .keyBy('location.id')
    .window(tumbling(minutes(5)), { allowedLateness: minutes(5) })
    .aggregate((m, { avg, count }) => ({
      measurements: count(),
      pm10: avg(m.sensordatavalues.value, { where: m.sensordatavalues.value_type === 'P1' }),
      pm25: avg(m.sensordatavalues.value, { where: m.sensordatavalues.value_type === 'P2' }),
      humidity: avg(m.sensordatavalues.value, { where: m.sensordatavalues.value_type === 'humidity' }),
      temperature: avg(m.sensordatavalues.value, { where: m.sensordatavalues.value_type === 'temperature' }),
    }))

  const index = measured
    .map((w) => ({
      ...w,
      pm10Index:
        w.pm10 <= 54
          ? (w.pm10 * 50) / 54
          : w.pm10 <= 154
            ? 50 + ((w.pm10 - 54) * 50) / 100
            : w.pm10 <= 254
              ? 100 + ((w.pm10 - 154) * 50) / 100
              : Math.min(500, 150 + ((w.pm10 - 254) * 50) / 100),
      pm25Index:
        w.pm25 <= 12
          ? (w.pm25 * 50) / 12
          : w.pm25 <= 35.4
            ? 50 + ((w.pm25 - 12) * 50) / 23.4
            : w.pm25 <= 55.4
              ? 100 + ((w.pm25 - 35.4) * 50) / 20
              : Math.min(500, 150 + ((w.pm25 - 55.4) * 50) / 95),
    }))
    .map((w) => ({ ...w, index: Math.round(Math.max(w.pm10Index ?? 0, w.pm25Index ?? 0)), reliable: w.humidity === null || w.humidity <= 80 }))
    .filter((w) => w.pm10 !== null || w.pm25 !== null)

  return {
    index,
    alerts: index.alert({
      when: (w) => w.index > 150 && w.reliable,
      severity: 'critical',
      message: (w) => `unhealthy air at location ${w.location.id}: index ${w.index}`,
    }),
  }
})
