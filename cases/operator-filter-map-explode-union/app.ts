import { app, float64, list, minutes, record, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'

const polls = stream('polls', {
  schema: schema({
    at: timestamp({ format: 'iso' }),
    sensor: record({ id: text(), place: text({ optional: true }) }),
    values: list(record({ type: text(), value: float64({ fromText: true }) })),
    tags: list(text(), { optional: true }),
  }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})
const single = stream('single', {
  schema: schema({ at: timestamp({ format: 'iso' }), id: text(), type: text(), value: float64({ optional: true }) }),
  format: 'csv',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('operators', { params: { scale: 10, wanted: 'P1' } }, (from) => {
  const measured = from(polls)
    .explode('values')
    .map((p) => ({ at: p.at, id: p.sensor.id, type: p.values.type, value: p.values.value }))
  const all = measured.union(from(single)).filter((m, p) => m.type === p.wanted || m.type === 'P2')
  return {
    all,
    scaled: all.map((m, p) => ({ ...m, value: m.value * p.scale, late: m.at.second() >= 30 })),
    tags: from(polls)
      .explode('tags')
      .map((p) => ({ tag: p.tags, place: p.sensor.place ?? 'nowhere' })),
    perMinute: all
      .keyBy('id')
      .window(tumbling(minutes(1)))
      .aggregate((m, { avg, count, last }, p) => ({
        p1: avg(m.value, { where: m.type === 'P1' }),
        p2: avg(m.value, { where: m.type === 'P2' }),
        share: count({ where: m.type === 'P1' }) / count(),
        high: avg(m.value) > p.scale ? 'high' : 'low',
        lastType: last(m.type),
      })),
  }
})

export const params = { scale: 100 }
