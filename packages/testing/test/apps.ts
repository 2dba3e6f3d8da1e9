import { app, bool, float64, int32, list, minutes, record, schema, seconds, stream, text, timestamp, tumbling } from '@millrace/sdk'

export const alarms = stream('alarms', {
  schema: schema({
    station_id: int32(),
    event_time: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
    value: float64({ missing: [999999] }),
    isActive: bool({ optional: true }),
  }),
  format: 'csv',
  time: 'event_time',
  watermark: { boundedOutOfOrderness: minutes(1) },
  idleTimeout: minutes(2),
})

/** Counts alarms a station in ten minutes; more than `limit` are an alert. */
export const failures = app('failures', { params: { limit: 2 } }, (from) => {
  const counted = from(alarms)
    .keyBy('station_id')
    .window(tumbling(minutes(10)), { allowedLateness: minutes(5) })
    .aggregate((a, { count, avg }) => ({ failures: count(), mean: avg(a.value) }))
  return {
    counted,
    alerts: counted.alert({ when: (w, p) => w.failures > p.limit, message: (w) => `station ${w.station_id}: ${w.failures}` }),
  }
})

export const doors = stream('doors', {
  schema: schema({
    door: text(),
    at: timestamp({ format: 'iso' }),
    site: record({ name: text() }),
    moves: list(record({ open: bool(), seconds: float64({ fromText: true }) })),
  }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: minutes(5),
})

/** Rows of both streams: nested values, lists, and windows that one stream alone would hold open. */
export const everything = app('everything', {}, (from) => ({
  doors: from(doors),
  moves: from(doors).explode('moves'),
  perSite: from(doors)
    .map((d) => ({ what: d.site.name }))
    .union(from(alarms).map((a) => ({ what: `station ${a.station_id}` })))
    .keyBy('what')
    .window(tumbling(minutes(10)))
    .aggregate((_d, { count }) => ({ records: count() })),
}))
