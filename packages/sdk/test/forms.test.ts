import { describe, expect, it } from 'vitest'
import type { Aggregates, Timestamp } from '../src/index.ts'
import { type Read, readAsAggregates, readAsColumns, readAsMessage, readAsValue, type Trip } from './read.ts'

interface P {
  readonly limit: number
  readonly label: string
  readonly maxTrip: import('../src/index.ts').Duration
  readonly start: Timestamp
  readonly factor: number
}
type Fn = (row: Trip, p: P) => unknown
type AggregateFn = (row: Trip, aggregates: Aggregates, p: P) => unknown
type Case = readonly [given: unknown, expected: string]

/** The table of forms that an app may write: docs/apps.md lists them for users. */
const is = (fn: Fn, expected: string): Case => [fn, expected]
const of = (fn: AggregateFn, expected: string): Case => [fn, expected]

function table(name: string, read: (given: unknown) => Read, cases: readonly Case[]): void {
  describe(name, () => {
    for (const [given, expected] of cases)
      it(String(given).replace(/\s+/g, ' '), () => {
        const { text, issues } = read(given)
        expect(issues.map(({ code, context }) => ({ code, context }))).toEqual([])
        expect(text).toBe(expected)
      })
  })
}

table('operators', readAsValue, [
  is((a) => a.value + 1 - a.limit * 2, 'sub(add(value, 1), mul(limit, 2))'),
  is((a) => (a.value / 2) % 3, 'mod(div(value, 2), 3)'),
  is((a) => a.value ** 2, 'pow(value, 2)'),
  is((a) => -a.value, 'neg(value)'),
  is((a) => +a.value, 'value'),
  is(() => -1, '-1'),
  is(() => -0, '0'),
  is((a) => 2 * a.value, 'mul(value, 2)'),
  is((a) => a.value > 3 && (a.id === 4 || !a.isActive), 'and(gt(value, 3), or(eq(id, 4), not(isActive)))'),
  is((a) => a.value !== 3, 'ne(value, 3)'),
  // biome-ignore lint/suspicious/noDoubleEquals: minifiers write it
  is((a) => a.id == 3 || a.id != 4, 'or(eq(id, 3), ne(id, 4))'),
  is((a) => 3 < a.value && 3 >= a.limit, 'and(gt(value, 3), le(limit, 3))'),
  is((a) => (a.isActive ? a.value : a.limit), 'if(isActive, value, limit)'),
  is((a) => a.value ?? a.limit ?? 0, 'coalesce(coalesce(value, limit), 0)'),
  is((a) => a.value === null || a.name !== undefined, 'or(isMissing(value), isPresent(name))'),
  is((a) => null === a.value, 'isMissing(value)'),
  is((a) => a.value ?? null, 'value'),
  is((a) => a.value > Math.PI, 'gt(value, 3.141592653589793)'),
  is((a) => a.id === 1e3, 'eq(id, 1000)'),
  is((a) => a.id === 0x10, 'eq(id, 16)'),
  is(() => 60 * 60 * 1000, '3600000'),
])

table('params and constants', readAsValue, [
  is((a, p) => a.value > p.limit, 'gt(value, $limit)'),
  is((a, { limit }) => a.value > limit, 'gt(value, $limit)'),
  is((a, p) => a.value * p.factor, 'mul(value, 2)'),
  is((a, p) => a.to.minus(a.from) > p.maxTrip, 'gt(between(to, from), $maxTrip)'),
  is((a, p) => a.to.minus(p.maxTrip) > p.start, 'gt(minus(to, $maxTrip), $start)'),
  is((a, p) => a.to.plus(p.maxTrip), 'plus(to, $maxTrip)'),
])

table('columns of the row', readAsValue, [
  is((a) => a.sensor.id, 'sensor.id'),
  is((a) => a.sensor?.kind?.name, 'sensor.kind.name'),
  is((a) => a['alarm-id'], 'alarm-id'),
  is((a) => a[`alarm-id`], 'alarm-id'),
  is((a) => a.größe, 'größe'),
  is(({ value }) => value > 3, 'gt(value, 3)'),
  is(({ value: v, sensor: { id } }) => v > id, 'gt(value, sensor.id)'),
  is(({ value = 0 }) => value, 'coalesce(value, 0)'),
  is(({ 'alarm-id': id }) => id, 'alarm-id'),
  is((a) => a.count, 'count'),
  is((a) => a.sensor.kind.name.length, 'length(sensor.kind.name)'),
])

table('strings', readAsValue, [
  is((a) => a.name.length, 'length(name)'),
  is(
    (a) => a.name.startsWith('x') && a.name.endsWith('y') && a.name.includes('z'),
    'and(and(startsWith(name, "x"), endsWith(name, "y")), includes(name, "z"))',
  ),
  is((a) => a.name.trim().toLowerCase(), 'toLowerCase(trim(name))'),
  is((a) => a.name.trimStart().trimEnd().toUpperCase(), 'toUpperCase(trimEnd(trimStart(name)))'),
  is((a) => a.name.slice(1), 'slice(name, 1)'),
  is((a) => a.name.slice(-3, -1), 'slice(name, -3, -1)'),
  is((a) => a.value.toFixed(2), 'toFixed(value, 2)'),
  is((a) => `${a.name}-${a.id}`, 'concat(name, "-", id)'),
  // biome-ignore lint/style/useTemplate: the form under test
  is((a) => a.name + '-' + a.id, 'concat(name, "-", id)'),
  is((a) => a.name.concat('-', `${a.id}`), 'concat(name, "-", id)'),
  // biome-ignore lint/style/useTemplate: the form under test
  is((a) => a.id + a.count + '!', 'concat(add(id, count), "!")'),
  is(() => `a${1}${true}b`, '"a1trueb"'),
  is((a) => `${a.value}`, 'concat(value)'),
  is((a) => a.name?.startsWith('x'), 'startsWith(name, "x")'),
])

table('time', readAsValue, [
  is((a) => a.to.hour('Europe/Berlin'), 'hour(to, "Europe/Berlin")'),
  is((a) => a.to.hour(), 'hour(to)'),
  is((a) => a.to.year() * 366 + a.to.dayOfYear(), 'add(mul(year(to), 366), dayOfYear(to))'),
  is((a) => a.to.dayOfWeek() + a.to.month() + a.to.dayOfMonth(), 'add(add(dayOfWeek(to), month(to)), dayOfMonth(to))'),
  is((a) => a.to.minute() * 60 + a.to.second(), 'add(mul(minute(to), 60), second(to))'),
  is((a) => a.to.epochMs, 'epochMs(to)'),
  is((a) => a.to.minus(a.from).minutes > 5, 'gt(minutes(between(to, from)), 5)'),
  is((a) => a.to > a.from, 'gt(to, from)'),
  is((a) => a.to.minus(a.from).days + a.to.minus(a.from).milliseconds, 'add(days(between(to, from)), milliseconds(between(to, from)))'),
])

table('Math', readAsValue, [
  is((a) => Math.abs(a.value) + Math.sign(a.value), 'add(abs(value), sign(value))'),
  is((a) => Math.min(a.value, a.limit, 3), 'least(value, limit, 3)'),
  is((a) => Math.max(a.value), 'value'),
  // biome-ignore lint/style/useExponentiationOperator: the form under test
  is((a) => Math.pow(a.value, 2), 'pow(value, 2)'),
  is(
    (a) => Math.round(a.value) + Math.floor(a.value) + Math.ceil(a.value) + Math.trunc(a.value),
    'add(add(add(round(value), floor(value)), ceil(value)), trunc(value))',
  ),
  is((a) => Math.hypot(a.value, a.limit) + Math.atan2(a.value, a.limit), 'add(hypot(value, limit), atan2(value, limit))'),
])

table('blocks', readAsValue, [
  is((a) => {
    const twice = a.value * 2
    const { limit, sensor } = a
    return twice > limit && sensor.id > twice
  }, 'and(gt(mul(value, 2), limit), gt(sensor.id, mul(value, 2)))'),
  is((a) => {
    // biome-ignore lint/style/useConst: minifiers write it
    let { value = 1 } = a
    return value
  }, 'coalesce(value, 1)'),
  is((a) => {
    const both = { v: a.value, w: a.limit }
    return both.v + both.w
  }, 'add(value, limit)'),
  is((a) => a.value > 3, 'gt(value, 3)'),
  is({ when: (a: Trip) => a.value > 3 }.when, 'gt(value, 3)'),
  is(
    {
      when(a: Trip) {
        return a.value > 3
      },
    }.when,
    'gt(value, 3)',
  ),
  is(
    {
      get(a: Trip) {
        return a.value > 3
      },
    }.get,
    'gt(value, 3)',
  ),
  is((a: Trip /* row */) => /* hot */ a.value > 3, 'gt(value, 3)'),
  is((a) => ((a.value as number)! > 3) satisfies boolean, 'gt(value, 3)'),
])

table('columns', readAsColumns, [
  is((a) => ({ id: a.id, twice: a.value * 2 }), '{id: id, twice: mul(value, 2)}'),
  is(({ id, value }) => ({ id, value }), '{id: id, value: value}'),
  is(({ sensor }) => ({ ...sensor }), '{id: sensor.id, kind.name: sensor.kind.name}'),
  is(({ sensor }) => sensor, '{id: sensor.id, kind.name: sensor.kind.name}'),
  is((a) => ({ at: { lat: a.value, lon: a.limit } }), '{at.lat: value, at.lon: limit}'),
  is((a) => ({ sensor: a.sensor, sensor2: a.sensor.kind }), '{sensor.id: sensor.id, sensor.kind.name: sensor.kind.name, sensor2.name: sensor.kind.name}'),
  is((a) => ({ ...{ x: a.value, y: a.limit }, x: 1 }), '{x: 1, y: limit}'),
  is((a) => ({ ...a.sensor, id: 1, kind: 'k' }), '{id: 1, kind: "k"}'),
  is((a) => ({ 'größe 2': a.größe, 3: a.id }), '{größe 2: größe, 3: id}'),
  is((a) => {
    const sum = a.value + a.limit
    return { sum, half: sum / 2 }
  }, '{sum: add(value, limit), half: div(add(value, limit), 2)}'),
])

table('aggregates', readAsAggregates, [
  of((a, { count, sum, avg }) => ({ n: count(), s: sum(a.value), m: avg(a.value) }), '{n: COUNT(), s: SUM(value), m: AVG(value)}'),
  of((a, agg) => ({ n: agg.count(), lo: agg.min(a.name), hi: agg.max(a.to) }), '{n: COUNT(), lo: MIN(name), hi: MAX(to)}'),
  of((a, { count: n, avg: mean }) => ({ n: n(a.value), m: mean(a.count) }), '{n: COUNT(value), m: AVG(count)}'),
  of(
    (a, { count }) => ({ n: count({ where: a.isActive }), m: count(a.value, { where: a.isNew }) }),
    '{n: COUNT( where isActive), m: COUNT(value where isNew)}',
  ),
  of((a, { countIf }) => ({ n: countIf(a.value > 3) }), '{n: COUNT( where gt(value, 3))}'),
  of((a, { first, last }) => ({ f: first(a.isActive), l: last(a.from) }), '{f: FIRST(isActive), l: LAST(from)}'),
  of(
    (a, { variance, stddev }) => ({ v: variance(a.value), s: stddev(a.value, { where: a.isActive }) }),
    '{v: VARIANCE(value), s: STDDEV(value where isActive)}',
  ),
  of(
    (a, { count, sum }) => ({ share: count({ where: a.isActive }) / count(), x: sum(a.value * 2) }),
    '{share: div(COUNT( where isActive), COUNT()), x: SUM(mul(value, 2))}',
  ),
  of((a, { count }, p) => ({ n: count({ where: a.value > p.limit }) }), '{n: COUNT( where gt(value, $limit))}'),
  of((_, { count }) => {
    const n = count()
    return { n, twice: n * 2 }
  }, '{n: COUNT(), twice: mul(COUNT(), 2)}'),
])

table('messages', readAsMessage, [
  is((a) => `sensor ${a.name} failed ${a.count} times`, 'format("sensor ", name, " failed ", count, " times")'),
  is((a) => (a.isActive ? `on ${a.value}` : 'off'), 'format(if(isActive, format("on ", value), "off"))'),
  is((a) => `is ${a.isActive ? `on ${a.value}` : 'off'}`, 'format("is ", if(isActive, format("on ", value), "off"))'),
  is((a) => a.name, 'format(name)'),
  is(() => 'text', '"text"'),
])
