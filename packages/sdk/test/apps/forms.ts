import { app, bool, days, float64, hopping, int64, list, minutes, record, schema, seconds, stream, text, timestamp, tumbling } from '@millrace/sdk'

const trips = stream('trips', {
  schema: schema({
    id: int64(),
    name: text({ optional: true, missing: ['n/a'] }),
    kind: text(),
    fare: float64({ optional: true }),
    tip: float64({ optional: true }),
    paid: bool(),
    shared: bool({ optional: true }),
    from: timestamp({ format: 'iso' }),
    to: timestamp({ format: 'iso' }),
    car: record({ id: int64(), colour: text({ optional: true }) }),
    stops: list(record({ at: timestamp({ format: 'iso' }), people: int64() })),
  }),
  format: 'ndjson',
  time: 'from',
  key: ['car.id'],
  watermark: 'monotonic',
  withoutTime: 'previous',
  idleTimeout: null,
})

/** Every form that a compiler or minifier may write in another way. */
export default app('forms', { params: { limit: 5, label: 'vip', maxTrip: minutes(90), since: new Date(0) } }, (from) => {
  const seen = from(trips).with({ factor: 2, gap: seconds(30) })
  const columns = seen.map((t, p) => {
    const minutesLong = t.to.minus(t.from).minutes
    const { colour = 'none', id } = t.car
    return {
      ...t,
      id,
      colour,
      minutesLong,
      twice: minutesLong * p.factor,
      constant: 60 * 60 * 1000,
      notYet: true,
      nothingYet: false,
      joined: `${'a'}${1}-${t.name}`,
      // biome-ignore lint/style/useTemplate: the form under test
      plus: 'trip ' + t.id + ' of ' + t.kind,
      methods: 'trip '.concat(t.kind, '!'),
      or: t.fare === 1 ? true : t.paid,
      and: t.fare === 1 ? t.paid : false,
      nor: t.fare === 1 ? false : t.paid,
      implied: t.fare === 1 ? t.paid : true,
      // biome-ignore lint/complexity/noUselessTernary: the form under test
      same: t.paid ? true : false,
      // biome-ignore lint/complexity/noUselessTernary: the form under test
      opposite: t.paid ? false : true,
      swapped: !t.paid ? t.fare : t.tip,
      different: t.kind !== 'taxi' ? t.fare : t.tip,
      nested: t.paid ? (t.fare > 3 ? t.tip : 0) : 0,
      chained: t.paid ? t.tip : t.fare > 3 ? t.tip : 0,
      morgan: !(t.paid && t.fare > 3) || !(t.fare < 3),
      morganTest: !t.paid && !t.shared ? 1 : 2,
      either: !(t.paid || t.shared),
      not: !!t.paid,
      reversed: 3 < t.fare && 'taxi' === t.kind,
      missing: t.name === null || t.name === undefined,
      present: t.name !== undefined,
      replaced: t.fare !== null && t.fare !== undefined ? t.fare : 0,
      other: t.name === null ? 'nobody' : t.name,
      chain: t.name?.length ?? 0,
      called: t.paid ? Math.abs(t.fare) : Math.abs(t.tip),
      asked: t.paid ? t.kind.startsWith('a') : t.kind.startsWith('b'),
      power: t.fare ** 2 + 2 ** 10,
      large: t.fare * 1000000 + 0.5,
      undefinedToo: t.paid ? t.fare : undefined,
      long: (t.fare > 1 && t.tip > 1) || (t.fare > 2 && t.tip > 2 && t.paid),
    }
  })
  const perKind = columns
    .filter((t) => t.to > t.from && (t.kind === 'taxi' || t.kind === 'bus') && !t.shared)
    .keyBy('kind', 'car.id')
    .window(hopping(minutes(15), minutes(5)), { allowedLateness: minutes(1) })
    .aggregate((t, agg, p) => {
      const n = agg.count()
      return { n, dear: agg.countIf(t.fare > p.limit), share: agg.count({ where: t.paid }) / n, mean: agg.avg(t.fare, { where: t.kind !== p.label }) }
    })
  const daily = perKind
    .final()
    .keyBy('kind')
    .window(tumbling(days(1), { zone: 'Asia/Ho_Chi_Minh' }))
    .aggregate((w, { sum, max }) => ({ trips: sum(w.n), last: max(w.windowEnd) }))
  const stops = seen.explode('stops').map((t) => ({ car: t.car.id, people: t.stops.people, at: t.stops.at, late: t.stops.at.minus(t.from).hours > 1 }))
  return {
    perKind,
    daily,
    stops,
    totals: seen.keyBy('kind').aggregate((t, { count, last }) => ({ n: count(), colour: last(t.car.colour) }), { emit: 'change' }),
    alerts: perKind.alert({
      when: (w, { limit }) => w.n > limit,
      message: (w) => `${w.n > 9 ? 'very ' : ''}many (${w.n}) ${w.kind}, hour ${w.windowStart.hour('Europe/Berlin')}`,
    }),
    calm: stops.keyBy('car').alert({ when: (t) => t.people > 99, message: 'full', severity: 'info', cooldown: minutes(5), clearAfter: minutes(10) }),
  }
})
