import { app, float64, schema, stream, text, timestamp } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({ at: timestamp({ format: 'iso', missing: ['never'] }), sensor: text(), value: float64() }),
  format: 'ndjson',
  time: 'at',
  withoutTime: 'reject',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('untimed', {}, (from) => ({
  all: from(input),
}))
