import { app, float64, list, record, schema, stream, text, timestamp } from '@millrace/sdk'

const polls = stream('polls', {
  schema: schema({ at: timestamp({ format: 'iso' }), values: list(record({ sensor: text(), value: float64() })) }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('elements', {}, (from) => ({
  perSensor: from(polls)
    .explode('values')
    .keyBy('values.sensor')
    .alert({ when: (p) => p.values.value > 5, message: (p) => `${p.values.sensor} is at ${p.values.value}`, severity: 'info' }),
  // Without a key: one episode for all.
  overall: from(polls)
    .explode('values')
    .alert({ when: (p) => p.values.value > 5, message: 'somewhere' }),
}))
