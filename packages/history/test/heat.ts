import { app, float64, int64, minutes, schema, stream, timestamp, tumbling } from '@millrace/sdk'

const readings = stream('readings', {
  schema: schema({ at: timestamp({ format: 'epoch-ms' }), station: int64(), celsius: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
})

/** Outputs of three kinds: windows by station, alerts over them, records. */
export const { plan: heat } = app('heat', {}, (from) => {
  const means = from(readings)
    .keyBy('station')
    .window(tumbling(minutes(1)), { allowedLateness: minutes(5) })
    .aggregate((r, { avg }) => ({ celsius: avg(r.celsius) }))
  return {
    means,
    hot: means.alert({ when: (w) => w.celsius > 30, severity: 'warning', message: (w) => `${w.station} is hot` }),
    high: from(readings).filter((r) => r.celsius > 25),
  }
})
