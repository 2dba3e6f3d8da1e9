import { app, hopping, hours, minutes } from '@millrace/sdk'
import { readings } from './streams.ts'

/** Mean PM10 (P1) and PM2.5 (P2) of the last 15 minutes, every 5 minutes and for each sensor. */
export default app('particulate-matter', { params: { limit: 50 } }, (from) => {
  const means = from(readings)
    .keyBy('sensor_id')
    .window(hopping(minutes(15), minutes(5)), { allowedLateness: minutes(30) })
    .aggregate((r, { count, avg }) => ({ readings: count(), pm10: avg(r.P1), pm25: avg(r.P2) }))
  return {
    means,
    alerts: means.alert({
      when: (w, p) => w.pm10 > p.limit,
      message: (w, p) => `PM10 at sensor ${w.sensor_id} above ${p.limit} µg/m³ on average over a quarter of an hour`,
      cooldown: hours(1),
    }),
  }
})
