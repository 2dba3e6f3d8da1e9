import { app, bool, float64, hopping, int64, minutes, type Schema, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'

export const fields = schema({
  at: timestamp({ format: 'epoch-ms' }),
  site: text({ optional: true }),
  id: int64({ optional: true }),
  value: float64({ optional: true }),
  on: bool({ optional: true }),
})
type Reading = typeof fields extends Schema<infer R> ? R : never

export const readings = stream<Reading>('readings', { schema: fields, format: 'ndjson', time: 'at', watermark: 'monotonic', idleTimeout: null })

/** Every operator with state, over records, windows and totals. */
export const every = app('every', { params: { limit: 3 } }, (from) => {
  const kept = from(readings)
    .filter((r) => r.value !== 13)
    .map((r) => ({ ...r, label: `${r.site}/${r.id}` }))
  const windows = kept
    .keyBy('site', 'id')
    .window(tumbling(minutes(1)), { allowedLateness: minutes(3) })
    .aggregate((r, { count, sum, first, last, min, variance }) => ({
      rows: count(),
      total: sum(r.value),
      firstLabel: first(r.label),
      last: last(r.value),
      lowest: min(r.label),
      spread: variance(r.value),
    }))
  const totals = kept.keyBy('site').aggregate((r, { count, last, max }) => ({ rows: count(), last: last(r.label), highest: max(r.value) }))
  return {
    windows,
    hopping: kept
      .keyBy('id')
      .window(hopping(minutes(20), minutes(1)), { allowedLateness: minutes(2) })
      .aggregate((r, { sum, last }) => ({ total: sum(r.value), last: last(r.site) })),
    final: kept
      .keyBy('site')
      .window(tumbling(minutes(1)), { allowedLateness: minutes(2) })
      .aggregate((_, { count }) => ({ rows: count() }))
      .final()
      .window(tumbling(minutes(5)))
      .aggregate((w, { sum }) => ({ rows: sum(w.rows) })),
    totals,
    changes: kept.keyBy('on').aggregate((r, { max }) => ({ highest: max(r.value) }), { emit: 'change' }),
    windowAlerts: windows.alert({ when: (w, p) => w.rows >= p.limit, message: (w) => `${w.firstLabel}: ${w.rows}`, cooldown: minutes(2) }),
    recordAlerts: kept.keyBy('site').alert({ when: (r) => r.value > 40, message: (r) => `${r.label} is at ${r.value}`, clearAfter: minutes(4) }),
    totalAlerts: totals.alert({ when: (t) => t.highest > 45, message: (t) => `${t.last}` }),
  }
})
