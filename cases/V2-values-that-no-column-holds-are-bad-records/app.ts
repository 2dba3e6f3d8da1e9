import { app, bool, float64, int32, int64, schema, stream, timestamp } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({
    at: timestamp({ format: 'iso' }),
    small: int32({ optional: true }),
    whole: int64({ optional: true }),
    real: float64({ optional: true }),
    on: bool({ optional: true }),
    number: float64({ optional: true, fromText: true }),
  }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('values', {}, (from) => ({
  all: from(input),
}))
