import { app, bool, int32, int64, minutes, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({
    at: timestamp({ format: 'iso' }),
    site: text({ optional: true }),
    number: int32({ optional: true, missing: [-1] }),
    id: int64({ optional: true }),
    on: bool({ optional: true }),
    seen: timestamp({ format: 'iso', optional: true }),
  }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('keys', {}, (from) => ({
  counts: from(input)
    .keyBy('site', 'number', 'id', 'on', 'seen')
    .window(tumbling(minutes(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
  running: from(input)
    .keyBy('number')
    .aggregate((_, { count }) => ({ rows: count() })),
}))
