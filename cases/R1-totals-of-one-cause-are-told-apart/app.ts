import { app, float64, list, minutes, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()
const polls = stream('polls', {
  schema: schema({ at: timestamp({ format: 'iso' }), sensor: text({ optional: true }), value: list(float64()) }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('totals', {}, (from) => {
  const perSensor = from(input)
    .keyBy('sensor')
    .window(tumbling(minutes(1)))
    .aggregate((r, { sum }) => ({ total: sum(r.value) }))
  const windows = perSensor.aggregate((w, { count, sum, last }) => ({ windows: count(), total: sum(w.total), latest: last(w.total) }))
  const both = from(input).union(from(polls).explode('value'))
  return {
    windows,
    changes: perSensor.keyBy('sensor').aggregate((w, { max }) => ({ highest: max(w.total) }), { emit: 'change' }),
    alerts: windows.alert({ when: (t) => t.latest > 5, message: (t) => `${t.latest}` }),
    // Records that were exploded, and others that were not.
    mixed: both.keyBy('sensor').aggregate((_r, { count }) => ({ rows: count() })),
    mixedAlerts: both.keyBy('sensor').alert({ when: (r) => r.value > 5, message: (r) => `${r.value}`, clearAfter: minutes(1) }),
  }
})
