import { app, float64, minutes, schema, stream, text, tumbling } from '@millrace/sdk'

const untimed = stream('untimed', { schema: schema({ sensor: text(), value: float64() }), format: 'ndjson', watermark: 'monotonic', idleTimeout: null })

export default app('untimed', {}, (from) => ({
  sums: from(untimed)
    .keyBy('sensor')
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, last }) => ({ rows: count(), last: last(r.value) })),
}))
