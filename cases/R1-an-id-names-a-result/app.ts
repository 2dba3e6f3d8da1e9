import { app, float64, int64, list, minutes, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({
    at: timestamp({ format: 'iso' }),
    site: text({ optional: true }),
    part: int64({ optional: true }),
    values: list(float64(), { optional: true }),
  }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('ids', {}, (from) => ({
  windows: from(input)
    .keyBy('site', 'part')
    .window(tumbling(minutes(1)), { allowedLateness: minutes(1) })
    .aggregate((_, { count }) => ({ rows: count() })),
  running: from(input)
    .keyBy('site', 'part')
    .aggregate((_, { count }) => ({ rows: count() })),
  records: from(input).map((r) => ({ site: r.site })),
  elements: from(input).explode('values'),
  alerts: from(input)
    .explode('values')
    .keyBy('site')
    .alert({ when: (r) => r.values > 5, message: (r) => `${r.values}` }),
}))
