import type { Operator } from '@millrace/plan'
import { MillraceError, validate } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import {
  type AppOptions,
  app,
  bool,
  days,
  float64,
  hopping,
  int64,
  isApp,
  list,
  minutes,
  type NoParams,
  record,
  schema,
  seconds,
  stream,
  text,
  timestamp,
  tumbling,
} from '../src/index.ts'
import air from './apps/air.ts'
import bts, { alarms } from './apps/bts.ts'
import forms from './apps/forms.ts'

const readingSchema = schema({ sensor: int64(), at: timestamp({ format: 'iso' }), value: float64(), name: text(), ok: bool() })
const readings = stream('readings', {
  schema: readingSchema,
  format: 'csv',
  time: 'at',
})

/** The error of an app that must be refused. */
function refusal(build: () => unknown): MillraceError {
  try {
    build()
  } catch (error) {
    if (error instanceof MillraceError) return error
    throw error
  }
  throw new Error('the app was not refused')
}

const ids = (operators: readonly Operator[]) => operators.map((operator) => operator.id)

describe('plans', () => {
  it.each([bts, air, forms])('of $name are valid', ({ plan }) => {
    expect(validate(plan)).toEqual([])
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })

  it('number operators by kind in the order in which outputs reach them', () => {
    expect(ids(bts.plan.operators)).toEqual(['read-1', 'filter-1', 'aggregate-1', 'alert-1'])
    expect(bts.plan.outputs).toEqual({ failures: 'aggregate-1', alerts: 'alert-1' })
    expect(ids(air.plan.operators)).toEqual(['read-1', 'explode-1', 'map-1', 'filter-1', 'aggregate-1', 'filter-2', 'map-2', 'aggregate-2', 'alert-1'])
  })

  it('hold what is demanded of their paths, and nothing of it where nothing is', () => {
    const of = (options: AppOptions<NoParams>) => app('demanding', options, (from) => ({ readings: from(readings) })).plan
    const delivery = { guarantee: 'exactly-once', waysIn: ['http-producer', 'folder'] } as const
    expect(of({ delivery })).toEqual({ ...of({}), delivery })
    expect(Object.keys(of({}))).not.toContain('delivery')
    const twice = refusal(() => of({ delivery: { guarantee: 'exactly-once', waysOut: ['pages', 'pages'] } }))
    expect(twice.issues).toMatchObject([{ code: 'DELIVERY_WAY_TWICE', path: 'delivery.waysOut.1' }])
  })

  it('hold equal operators once, wherever they were written', () => {
    const { plan } = app('twice', {}, (from) => {
      const hot = () => from(readings).filter((r) => r.value > 3)
      return { a: hot().map((r) => ({ v: r.value })), b: hot().map((row) => ({ v: row.value })), c: hot() }
    })
    expect(ids(plan.operators)).toEqual(['read-1', 'filter-1', 'map-1'])
    expect(plan.outputs).toEqual({ a: 'map-1', b: 'map-1', c: 'filter-1' })
  })

  it('hold only what outputs reach', () => {
    const other = stream('other', { schema: schema({ id: int64() }), format: 'csv' })
    const { plan } = app('unused', {}, (from) => {
      from(other).filter((o) => o.id > 3)
      return { all: from(readings) }
    })
    expect(ids(plan.operators)).toEqual(['read-1'])
    expect(Object.keys(plan.streams)).toEqual(['readings'])
  })

  it('keep params as params and write the values of with() into expressions', () => {
    const { plan } = app('constants', { params: { limit: 5, gap: minutes(2), since: new Date(1000) } }, (from) => {
      const flow = from(readings).with({ limit: 7, wait: seconds(3) })
      return {
        a: flow.filter((r, p) => r.value > p.limit && r.at > p.since && r.at.minus(p.since) > p.wait),
        b: from(readings).filter((r, p) => r.value > p.limit),
      }
    })
    expect(plan.params).toEqual({ limit: 5, gap: { durationMs: 120_000 }, since: { timestampMs: 1000 } })
    const texts = plan.operators.map((operator) => JSON.stringify(operator))
    expect(texts[1]).toContain('{"kind":"literal","value":7}')
    expect(texts[1]).toContain('{"kind":"literal","value":{"durationMs":3000}}')
    expect(texts[1]).toContain('{"kind":"param","name":"since"}')
    expect(texts[2]).toContain('{"kind":"param","name":"limit"}')
  })

  it('mark the nearest windowed aggregate before final(), and only there', () => {
    const { plan } = app('final', {}, (from) => {
      const counts = from(readings)
        .keyBy('sensor')
        .window(tumbling(minutes(1)), { allowedLateness: minutes(5) })
        .aggregate((_, { count }) => ({ n: count() }))
      const busy = counts.filter((w) => w.n > 3)
      const hourly = busy
        .final()
        .keyBy('sensor')
        .window(hopping(minutes(60), minutes(5)))
        .aggregate((w, { sum }) => ({ n: sum(w.n) }))
      return { counts, busy, hourly }
    })
    const results = plan.operators.flatMap((operator) => (operator.kind === 'aggregate' ? [`${operator.id} ${operator.results}`] : []))
    expect(results).toEqual(['aggregate-1 revised', 'aggregate-2 final', 'aggregate-3 revised'])
  })

  it('give alerts the key of their rows, of keyBy, or none', () => {
    const options = { when: (r: { value: number }) => r.value > 3, message: 'hot' }
    const { plan } = app('keys', {}, (from) => {
      const running = from(readings)
        .keyBy('name')
        .aggregate((r, { last }) => ({ value: last(r.value) }))
      return { all: from(readings).alert(options), each: from(readings).keyBy('sensor', 'name').alert(options), running: running.alert(options) }
    })
    expect(plan.operators.flatMap((operator) => (operator.kind === 'alert' ? [operator.key] : []))).toEqual([[], ['sensor', 'name'], ['name']])
  })

  it('unite flows of the same columns', () => {
    const { plan } = app('union', {}, (from) => {
      const flow = from(readings)
      const second = from(stream('second', { schema: readingSchema, format: 'csv', time: 'at' }))
      return { both: flow.filter((r) => r.value > 3).union(second.filter((r) => r.value < 0)) }
    })
    expect(plan.operators.at(-1)).toEqual({ kind: 'union', id: 'union-1', inputs: ['filter-1', 'filter-2'] })
  })
})

describe('streams', () => {
  it('have defaults for all but schema and format', () => {
    expect(readings.node).toEqual({
      schema: readings.node.schema,
      format: { kind: 'csv', separator: ',', header: 'auto' },
      time: 'at',
      withoutTime: 'reject',
      watermark: { kind: 'bounded', outOfOrdernessMs: 10_000 },
      idleTimeoutMs: 60_000,
      maxAheadMs: 3_600_000,
      unknownFields: 'lenient',
      key: [],
    })
  })

  it('take every option', () => {
    const { node } = stream('all', {
      schema: schema({
        meta: record(
          { id: text({ from: 'the id' }), at: timestamp({ format: 'epoch-ms', zoneColumn: 'zone', missing: [0] }), zone: text() },
          { optional: true },
        ),
        values: list(record({ v: float64({ fromText: true, missing: [-1, 'n/a'] }) })),
      }),
      format: { kind: 'csv', separator: ';', header: 'absent' },
      time: 'meta.at',
      watermark: { oldestOfLast: 100 },
      idleTimeout: null,
      maxAhead: days(1),
      withoutTime: 'previous',
      unknownFields: 'strict',
      key: ['meta.id'],
    })
    expect(node).toEqual({
      schema: {
        columns: [
          {
            name: 'meta',
            type: {
              kind: 'record',
              columns: [
                { name: 'id', type: { kind: 'string' }, from: 'the id' },
                { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms', zoneColumn: 'zone' }, missing: [0] },
                { name: 'zone', type: { kind: 'string' } },
              ],
            },
            optional: true,
          },
          {
            name: 'values',
            type: { kind: 'list', element: { kind: 'record', columns: [{ name: 'v', type: { kind: 'float64', fromText: true }, missing: [-1, 'n/a'] }] } },
          },
        ],
      },
      format: { kind: 'csv', separator: ';', header: 'absent' },
      time: 'meta.at',
      withoutTime: 'previous',
      watermark: { kind: 'oldest-of-last', records: 100 },
      idleTimeoutMs: null,
      maxAheadMs: 86_400_000,
      unknownFields: 'strict',
      key: ['meta.id'],
    })
  })

  it('refuse options on the element of a list', () => {
    expect(refusal(() => list(text({ missing: ['x'] }))).code).toBe('SDK_LIST_ELEMENT')
  })
})

describe('windows', () => {
  it('are whole milliseconds, of days in a zone where one is named', () => {
    expect(tumbling(days(1), { zone: 'Europe/Berlin', offset: minutes(-30) }).window).toEqual({
      kind: 'tumbling',
      sizeMs: 86_400_000,
      offsetMs: -1_800_000,
      zone: 'Europe/Berlin',
    })
    expect(hopping(minutes(1), seconds(5)).window).toEqual({ kind: 'hopping', sizeMs: 60_000, slideMs: 5_000, offsetMs: 0 })
    expect(seconds(0.1).milliseconds).toBe(100)
    expect(minutes(90).hours).toBe(1.5)
    expect(refusal(() => seconds(0.0001)).code).toBe('SDK_DURATION')
    expect(refusal(() => seconds(Number.NaN)).code).toBe('SDK_DURATION')
  })
})

describe('refusals', () => {
  it('name everything at once, each with its call site and a code frame', () => {
    const limit = 5
    const error = refusal(() =>
      app('wrong', {}, (from) => ({
        a: from(readings).filter((r) => r.value > limit && r.name === `${limit}`),
        b: from(readings).map((r) => ({ x: parseFloat(r.name), y: r.value })),
      })),
    )
    expect(error.code).toBe('SDK_APP_REFUSED')
    expect(error.issues.map(({ code }) => code)).toEqual(['SDK_CAPTURED_NAME', 'SDK_CAPTURED_NAME', 'SDK_CAPTURED_NAME'])
    for (const { path } of error.issues) expect(path).toMatch(/app\.test\.ts:\d+:\d+$/)
    expect(error.message).toMatch(/ {2}\| \(r\) => r\.value > limit && r\.name === `\$\{limit\}`\n {2}\| {18}\^{5}\n/)
    expect(error.message).toContain('{ params: { limit: ... } }')
  })

  it('bring what validation finds back to the source', () => {
    const error = refusal(() =>
      app('types', {}, (from) => ({
        // @ts-expect-error: strings are not multiplied
        a: from(readings).map((r) => ({ x: r.name * 2, y: r.value })),
        b: from(readings)
          .keyBy('value')
          .aggregate((_, { count }) => ({ n: count() })),
      })),
    )
    expect(error.issues).toHaveLength(2)
    expect(error.message).toMatch(/app\.test\.ts:\d+:\d+: .*\n {2}\| .*x: r\.name \* 2/)
    expect(error.issues[1]?.path).toMatch(/app\.test\.ts/)
  })

  it('do not repeat themselves after a step that was refused', () => {
    const error = refusal(() =>
      app('after', {}, (from) => ({
        a: from(readings)
          // @ts-expect-error: no such column
          .map((r) => ({ x: r.nothing, y: r.value }))
          // @ts-expect-error: a number has no length
          .filter((r) => r.x > 3 && r.y.length > 3),
      })),
    )
    expect(error.issues.map(({ code }) => code)).toEqual(['SDK_UNKNOWN_COLUMN'])
  })

  it.each<[string, () => unknown, string]>([
    [
      'two streams of one name',
      () => app('x', {}, (from) => ({ a: from(readings), b: from(stream('readings', { schema: schema({ id: int64() }), format: 'csv' })) })),
      'SDK_STREAM_TWICE',
    ],
    ['final() without a window', () => app('x', {}, (from) => ({ a: from(readings).final() })), 'SDK_FINAL'],
    ['an output that is no flow', () => app('x', {}, (from) => ({ a: from(readings).keyBy('sensor') }) as never), 'SDK_OUTPUT'],
    ['no output', () => app('x', {}, () => ({})), 'NO_OUTPUT'],
    ['a param that is no value', () => app('x', { params: { limits: [1, 2] } as never }, (from) => ({ a: from(readings) })), 'SDK_PARAM_VALUE'],
    ['a param outside of the safe integers', () => app('x', { params: { id: 2 ** 60 } }, (from) => ({ a: from(readings) })), ''],
    [
      'R3: an aggregate over rows that are revised',
      () =>
        app(
          'x',
          {},
          (from) =>
            ({
              a: from(alarms)
                .window(tumbling(minutes(1)), { allowedLateness: minutes(1) })
                .aggregate((_, { count }) => ({ n: count() }))
                .aggregate((w, { sum }) => ({ n: sum(w.n) })),
            }) as never,
        ),
      '',
    ],
  ])('%s', (_, build, code) => {
    const { issues } = refusal(build)
    expect(issues.length).toBeGreaterThan(0)
    if (code.startsWith('SDK')) expect(issues[0]?.code).toBe(code)
  })

  it('refuse flows of another app', () => {
    let stolen: unknown
    app('one', {}, (from) => {
      const flow = from(readings)
      stolen = flow
      return { flow }
    })
    expect(refusal(() => app('two', {}, () => ({ stolen: stolen }) as never)).issues[0]?.code).toBe('SDK_OTHER_APP')
    expect(refusal(() => app('three', {}, (from) => ({ both: from(readings).union(stolen as never) }))).issues[0]?.code).toBe('SDK_OTHER_APP')
  })

  it('leave errors of the app itself alone', () => {
    expect(() =>
      app('throws', {}, () => {
        throw new RangeError('mine')
      }),
    ).toThrow(new RangeError('mine'))
  })
})

describe('isApp', () => {
  it('knows apps, of any copy of the sdk, from all else', () => {
    expect(isApp(bts)).toBe(true)
    for (const other of [null, undefined, {}, bts.plan, { name: 'x', plan: {}, outputs: {} }, 'app']) expect(isApp(other)).toBe(false)
  })
})
