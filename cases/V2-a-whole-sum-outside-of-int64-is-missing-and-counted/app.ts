import { app, int64, minutes, schema, stream, timestamp, tumbling } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({ at: timestamp({ format: 'iso' }), whole: int64({ optional: true }) }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('sums', {}, (from) => ({
  sums: from(input)
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, sum, avg }) => ({ rows: count(), total: sum(r.whole), mean: avg(r.whole), next: sum(r.whole) + 1 })),
}))
