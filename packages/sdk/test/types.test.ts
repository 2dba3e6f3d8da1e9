import { describe, expectTypeOf, it } from 'vitest'
import {
  app,
  bool,
  type Duration,
  type Flow,
  float64,
  hopping,
  int32,
  int64,
  list,
  minutes,
  type ResultOf,
  record,
  schema,
  stream,
  type Timestamp,
  text,
  timestamp,
  tumbling,
} from '../src/index.ts'
import type air from './apps/air.ts'
import type bts from './apps/bts.ts'

const trips = stream('trips', {
  schema: schema({
    id: int64(),
    name: text(),
    paid: bool(),
    from: timestamp({ format: 'iso' }),
    to: timestamp({ format: 'iso' }),
    fare: float64(),
    car: record({ id: int64(), plate: text(), seen: timestamp({ format: 'iso' }) }),
    stops: list(record({ at: timestamp({ format: 'iso' }), people: int32(), tags: list(text()) })),
  }),
  format: 'ndjson',
  time: 'from',
})

type RowOfFlow<F> = F extends Flow<infer R, infer _P> ? R : never

/** Nothing here runs: the file compiles, or it does not. */
function build(): void {
  app('types', { params: { limit: 5, maxTrip: minutes(5), since: new Date(0), vip: 'x' } }, (from) => {
    const read = from(trips)
    const filtered = read.filter((t, p) => {
      expectTypeOf(p.limit).toEqualTypeOf<number>()
      expectTypeOf(p.maxTrip).toEqualTypeOf<Duration>()
      expectTypeOf(p.since).toEqualTypeOf<Timestamp>()
      expectTypeOf(t.car.plate).toEqualTypeOf<string>()
      return t.to.minus(t.from) > p.maxTrip && t.from > p.since
    })
    expectTypeOf(filtered).toEqualTypeOf(read)

    const mapped = read.map((t) => ({ id: 1, kind: 'trip', fare: t.fare ?? null, long: t.to.minus(t.from), car: t.car }))
    expectTypeOf<RowOfFlow<typeof mapped>>().toEqualTypeOf<{
      readonly id: number
      readonly kind: string
      readonly fare: number
      readonly long: Duration
      readonly car: { readonly id: number; readonly plate: string; readonly seen: Timestamp }
    }>()

    const exploded = read.explode('stops')
    expectTypeOf<RowOfFlow<typeof exploded>['stops']['people']>().toEqualTypeOf<number>()
    const twice = exploded.explode('stops.tags')
    expectTypeOf<RowOfFlow<typeof twice>['stops']['tags']>().toEqualTypeOf<string>()

    const windowed = read
      .keyBy('name', 'car.id')
      .window(hopping(minutes(10), minutes(5)))
      .aggregate((t, { count, max, first }) => ({ n: count(), last: max(t.to), who: first(t.name) }))
    expectTypeOf<RowOfFlow<typeof windowed>>().toEqualTypeOf<{
      readonly name: string
      readonly car: { readonly id: number }
      readonly windowStart: Timestamp
      readonly windowEnd: Timestamp
      readonly n: number
      readonly last: Timestamp
      readonly who: string
    }>()
    expectTypeOf(windowed.union(windowed)).toEqualTypeOf(windowed)
    expectTypeOf(windowed.final()).toEqualTypeOf(windowed)

    const global = read.window(tumbling(minutes(10))).aggregate((_, { count }) => ({ n: count() }))
    expectTypeOf<RowOfFlow<typeof global>>().toEqualTypeOf<{ readonly windowStart: Timestamp; readonly windowEnd: Timestamp; readonly n: number }>()
    const running = read.keyBy('paid').aggregate((t, { sum }, p) => ({ fares: sum(t.fare) * p.limit }), { emit: 'change' })
    expectTypeOf<RowOfFlow<typeof running>>().toEqualTypeOf<{ readonly paid: boolean; readonly fares: number }>()

    const alerts = windowed.alert({ when: (w, p) => w.n > p.limit, message: (w) => `${w.name} had ${w.n}` })
    expectTypeOf<RowOfFlow<typeof alerts>['alert']>().toEqualTypeOf<'open' | 'update' | 'clear' | 'withdraw'>()
    expectTypeOf<RowOfFlow<typeof alerts>['n']>().toEqualTypeOf<number>()

    read.with({ vip: 3, gap: minutes(1) }).filter((t, p) => {
      expectTypeOf(p.vip).toEqualTypeOf<number>()
      expectTypeOf(p.gap).toEqualTypeOf<Duration>()
      return t.id === p.vip && p.limit > 3
    })
    return { alerts }
  })
}

/** A helper for flows of any app: generic in the row and in the params. */
const onlyNamed = <R extends { readonly name: string }, P>(flow: Flow<R, P>, name: string) => flow.with({ wanted: name }).filter((t, p) => t.name === p.wanted)

/** A helper that needs a param of the app. */
const dear = <R extends { readonly fare: number }, P extends { readonly limit: number }>(flow: Flow<R, P>) => flow.filter((t, p) => t.fare > p.limit)

function helpers(): void {
  app('helpers', { params: { limit: 5 } }, (from) => {
    const named = ['a', 'b'].map((name) => onlyNamed(from(trips), name))
    const counts = dear(onlyNamed(from(trips), 'c')).aggregate((t, { sum }, p) => ({ fares: sum(t.fare) * p.limit, wanted: p.wanted }))
    expectTypeOf<RowOfFlow<typeof counts>>().toEqualTypeOf<{ readonly fares: number; readonly wanted: string }>()
    return { counts, first: named[0] as (typeof named)[number] }
  })
  // @ts-expect-error: the app has no param `limit`
  app('helpers', {}, (from) => ({ dear: dear(from(trips)) }))
  app('known-ways', { delivery: { guarantee: 'exactly-once', waysIn: ['http-producer'], waysOut: ['events'] } }, (from) => ({ trips: from(trips) }))
  // @ts-expect-error: no such way
  app('ways', { delivery: { guarantee: 'exactly-once', waysIn: ['htp'] } }, (from) => ({ trips: from(trips) }))
  // @ts-expect-error: no such guarantee
  app('guarantees', { delivery: { guarantee: 'twice' } }, (from) => ({ trips: from(trips) }))
  // @ts-expect-error: groups need an aggregate before they are rows
  app('groups', {}, (from) => ({ grouped: from(trips).keyBy('name') }))
}

function wrong(): void {
  stream('s', { schema: schema({ id: text(), car: record({ plate: int64() }) }), format: 'csv', messageId: 'car.plate' })
  // @ts-expect-error: a message id is a text or a number
  stream('s', { schema: schema({ id: text(), paid: bool() }), format: 'csv', messageId: 'paid' })
  // @ts-expect-error: the time must be a timestamp column
  stream('t', { schema: schema({ id: int64(), at: timestamp({ format: 'iso' }) }), format: 'csv', time: 'id' })
  stream('t', { schema: schema({ meta: record({ at: timestamp({ format: 'iso' }) }) }), format: 'json', time: 'meta.at' })
  app('wrong', { params: { limit: 5 } }, (from) => {
    const read = from(trips)
    // @ts-expect-error: no such column
    read.filter((t) => t.naem === 'x')
    // @ts-expect-error: a number is no string
    read.filter((t) => t.fare === '3')
    // @ts-expect-error: a timestamp is no number
    read.filter((t) => t.to > 3)
    // @ts-expect-error: a duration is no number
    read.filter((t) => t.to.minus(t.from) > 3)
    // @ts-expect-error: not a boolean
    read.filter((t) => t.fare)
    // @ts-expect-error: no such param
    read.filter((t, p) => t.fare > p.limits)
    // @ts-expect-error: no such key
    read.keyBy('cra.id')
    // @ts-expect-error: a list is no key
    read.keyBy('stops')
    // @ts-expect-error: not a list
    read.explode('car')
    // @ts-expect-error: an aggregate named like a key
    read.keyBy('name').aggregate((_, { count }) => ({ name: count() }))
    // @ts-expect-error: an aggregate named like a window bound
    read.window(tumbling(minutes(1))).aggregate((_, { count }) => ({ windowEnd: count() }))
    // @ts-expect-error: no sum of strings
    read.aggregate((t, { sum }) => ({ s: sum(t.name) }))
    // @ts-expect-error: no such severity
    read.alert({ when: (t) => t.paid, message: 'x', severity: 'fatal' })
    // @ts-expect-error: other columns
    read.union(read.map((t) => ({ id: t.id })))
    // @ts-expect-error: minutes are no number
    read.window(tumbling(10))
    return { read }
  })
}

describe('types', () => {
  it('follow the rows through every operator', () => {
    expectTypeOf(build).toBeFunction()
    expectTypeOf(helpers).toBeFunction()
    expectTypeOf<ResultOf<typeof bts, 'failures'>>().toEqualTypeOf<{
      readonly station_id: number | null
      readonly datapoint_id: number | null
      readonly alarm_id: number | null
      readonly windowStart: Date | null
      readonly windowEnd: Date | null
      readonly failures: number | null
      readonly mean: number | null
      readonly highest: number | null
    }>()
    expectTypeOf<ResultOf<typeof air, 'alerts'>['aqi']>().toEqualTypeOf<number | null>()
    // @ts-expect-error: no such output
    expectTypeOf<ResultOf<typeof air, 'nothing'>>().toBeNever()
  })

  it('refuse wrong uses at their place', () => {
    expectTypeOf(wrong).toBeFunction()
  })
})
