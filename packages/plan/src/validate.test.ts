import { describe, expect, test } from 'vitest'
import { aggregate, call, column, literal, param, samplePlan } from '../test/sample-plan.ts'
import type { ErrorCode } from './errors.ts'
import type { Expression } from './expression.ts'
import { limits } from './limits.ts'
import type { NamedExpression } from './operator.ts'
import { validate } from './validate.ts'

type Json = Record<string, unknown>

/** The sample plan with one place, `operators.1.where`, set to another value; undefined removes it. */
function changed(...changes: readonly (readonly [path: string, value: unknown])[]): Json {
  const plan: Json = { ...structuredClone(samplePlan()) }
  for (const [path, value] of changes) {
    const keys = path.split('.')
    const last = keys.pop() as string
    let place = plan
    for (const key of keys) place = place[key] as Json
    place[last] = value
  }
  return plan
}

const found = (value: unknown) => validate(value).map(({ code, path }) => `${code} ${path}`)
type Law = readonly [law: string, path: string, value: unknown, code: ErrorCode, at: string]
const refused = (laws: readonly Law[]) =>
  test.each(laws)('%s', (_law, path, value, code, at) => {
    expect(found(changed([path, value]))).toContain(`${code} ${at}`)
  })

const columns = (...values: Expression[]): NamedExpression[] => values.map((value, at) => ({ name: `c${at}`, value }))

test('a plan with every kind of operator has no issue', () => {
  expect(validate(samplePlan())).toEqual([])
})

describe('structure', () => {
  refused([
    ['a missing field', 'operators.0.stream', undefined, 'PLAN_FIELD_MISSING', 'operators.0'],
    ['an unknown field', 'operators.0.streem', 'x', 'PLAN_FIELD_UNKNOWN', 'operators.0.streem'],
    ['an unknown kind', 'operators.0.kind', 'reed', 'PLAN_VALUE_UNKNOWN', 'operators.0.kind'],
    ['an unknown function', 'operators.1.where.name', 'nd', 'PLAN_VALUE_UNKNOWN', 'operators.1.where.name'],
    ['a wrong type', 'operators.1.where.args.0.args', 'x', 'PLAN_WRONG_TYPE', 'operators.1.where.args.0.args'],
    ['another version', 'version', 2, 'PLAN_VERSION_UNKNOWN', 'version'],
    ['a fraction of a millisecond', 'operators.2.window.sizeMs', 1.5, 'PLAN_WRONG_TYPE', 'operators.2.window.sizeMs'],
    ['a window of no length', 'operators.2.window.sizeMs', 0, 'PLAN_WRONG_TYPE', 'operators.2.window.sizeMs'],
    ['a negative cooldown', 'operators.3.cooldownMs', -1, 'PLAN_WRONG_TYPE', 'operators.3.cooldownMs'],
    ['a union of one', 'operators.8.inputs', ['flat'], 'PLAN_LIST_SHORT', 'operators.8.inputs'],
    ['a map without columns', 'operators.6.columns', [], 'PLAN_LIST_SHORT', 'operators.6.columns'],
    ['a constant of two kinds', 'params.limit', { durationMs: 1, timestampMs: 1 }, 'PLAN_FIELD_UNKNOWN', 'params.limit.timestampMs'],
    ['a constant of no kind', 'params.limit', {}, 'PLAN_WRONG_TYPE', 'params.limit'],
    ['NaN', 'params.limit', Number.NaN, 'PLAN_VALUE_NOT_JSON', 'params.limit'],
    ['a function', 'params.limit', () => 1, 'PLAN_VALUE_NOT_JSON', 'params.limit'],
    ['a date', 'params.limit', new Date(), 'PLAN_VALUE_NOT_JSON', 'params.limit'],
  ])

  test.each([null, undefined, 1, 'plan', [], {}])('%j is no plan', (value) => {
    expect(validate(value).length).toBeGreaterThan(0)
  })

  test('every place that is wrong is named, with what was probably meant', () => {
    const issues = validate(changed(['operators.0.kind', 'reed'], ['operators.1.where.name', 'ad'], ['nme', 'x']))
    expect(issues.map(({ code }) => code).sort()).toEqual(['PLAN_FIELD_UNKNOWN', 'PLAN_VALUE_UNKNOWN', 'PLAN_VALUE_UNKNOWN'])
    expect(issues.map(({ message }) => message).join()).toContain('Did you mean "read"?')
  })
})

describe('limits (L1)', () => {
  const nested = (depth: number): Expression => (depth === 0 ? column('isActive') : call('not', nested(depth - 1)))

  test('depth counts objects within objects', () => {
    expect(found(changed(['operators.1.where', nested(61)]))).toEqual([])
    expect(found(changed(['operators.1.where', nested(62)]))[0]).toMatch(/^PLAN_TOO_DEEP/)
  })

  test('a value that contains itself is too deep', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(found(changed(['params', loop]))[0]).toMatch(/^PLAN_TOO_DEEP/)
  })

  test('nodes are JSON objects', () => {
    const args = Array.from({ length: limits.planNodes }, () => literal(1))
    expect(found(changed(['operators.3.message', call('format', ...args)]))).toEqual([expect.stringMatching(/^PLAN_TOO_MANY_NODES/)])
  })

  test('bytes are those of the JSON', () => {
    const args = Array.from({ length: 20 }, () => literal('x'.repeat(60_000)))
    expect(found(changed(['operators.3.message', call('format', ...args)]))).toEqual(['PLAN_TOO_LARGE '])
  })

  test('operators are counted', () => {
    const many = Array.from({ length: limits.operators + 1 }, (_, at) => ({ kind: 'read', id: `r${at}`, stream: 'alarms' }))
    expect(found(changed(['operators', many]))).toContain('PLAN_TOO_MANY_OPERATORS operators')
  })

  refused([
    ['a text of more than 64 KiB', 'params.label', 'x'.repeat(65_537), 'TEXT_TOO_LONG', 'params.label'],
    [
      'more slices than 10,000',
      'operators.2.window',
      { kind: 'hopping', sizeMs: 10_001, slideMs: 1, offsetMs: 0 },
      'WINDOW_SLICES',
      'operators.2.window.slideMs',
    ],
  ])
})

describe('names', () => {
  const column0 = 'streams.alarms.schema.columns.0.name'

  test.each(['a"]; process[`exit`]()//', 'größe', ' ', '🚀', 'select', '%{x}', '*/'])('%s may name a column', (name) => {
    expect(found(changed([column0, name], ['streams.alarms.key', []])).filter((issue) => issue.includes('NAME'))).toEqual([])
  })

  test.each(['', 'a.b', '_x', '__proto__', 'constructor', 'prototype', 'a\nb', '\u0085', '\ud800', 'x'.repeat(129)])('%j may not name a column', (name) => {
    expect(found(changed([column0, name]))).toContain(`NAME_INVALID ${column0}`)
  })

  test('a key __proto__ from JSON text is refused like any other bad name', () => {
    const text = JSON.stringify(samplePlan()).replace('"limit"', '"__proto__"')
    expect(found(JSON.parse(text))).toContain('NAME_INVALID params.__proto__')
  })

  test('streams, outputs and params of hostile names are told apart from those of any object', () => {
    expect(found(changed(['operators.0.stream', 'toString']))).toContain('STREAM_UNKNOWN operators.0.stream')
    expect(found(changed(['operators.1.where.args.0.args.1', param('valueOf')]))).toContain('PARAM_UNKNOWN operators.1.where.args.0.args.1')
  })

  refused([
    ['an app with a slash', 'name', 'a/b', 'ID_INVALID', 'name'],
    ['an operator that begins with a digit', 'operators.0.id', '1', 'ID_INVALID', 'operators.0.id'],
    ['an output named constructor', 'outputs.constructor', 'totals', 'ID_INVALID', 'outputs.constructor'],
    ['two operators of one name', 'operators.1.id', 'alarms', 'NAME_DUPLICATE', 'operators.1.id'],
    ['two columns of one name', column0, 'value', 'NAME_DUPLICATE', 'streams.alarms.schema.columns.3.name'],
    ['two columns of one name in the input', 'streams.alarms.schema.columns.0.from', 'value', 'NAME_DUPLICATE', 'streams.alarms.schema.columns.0.from'],
    ['two mapped columns of one name', 'operators.6.columns.1.name', 'sensor', 'NAME_DUPLICATE', 'operators.6.columns.1.name'],
  ])

  test('a map may make nested columns, but none within a single value', () => {
    const path = 'operators.6.columns'
    const named = (...names: string[]) => found(changed([path, names.map((name) => ({ name, value: literal(1) }))]))
    expect(named('position.altitude', 'value').join()).not.toContain('NAME')
    expect(named('a..b')).toContain(`NAME_INVALID ${path}.0.name`)
    expect(named('a._b')).toContain(`NAME_INVALID ${path}.0.name`)
    expect(named('a.b.c', 'a.b')).toContain(`NAME_WITHIN ${path}.0.name`)
    expect(found(changed(['operators.2.columns.0.name', 'a.b']))).toContain('NAME_INVALID operators.2.columns.0.name')
  })
})

describe('streams', () => {
  const event = 'streams.alarms.schema.columns.2.type'
  const polled = 'streams.polls.schema.columns.0.type'
  refused([
    ['a time that is no column', 'streams.alarms.time', 'evnt_time', 'STREAM_TIME_INVALID', 'streams.alarms.time'],
    ['a time that is no timestamp', 'streams.alarms.time', 'value', 'STREAM_TIME_INVALID', 'streams.alarms.time'],
    ['a message id that is no column', 'streams.alarms.messageId', 'nothing', 'STREAM_MESSAGE_ID_INVALID', 'streams.alarms.messageId'],
    ['a message id that may be missing', 'streams.alarms.messageId', 'value', 'STREAM_MESSAGE_ID_INVALID', 'streams.alarms.messageId'],
    ['a time within a list', 'streams.polls.time', 'values.at', 'STREAM_TIME_INVALID', 'streams.polls.time'],
    ['a key that is no column', 'streams.alarms.key', ['x'], 'COLUMN_UNKNOWN', 'streams.alarms.key.0'],
    ['a float64 key', 'streams.alarms.key', ['value'], 'KEY_FLOAT', 'streams.alarms.key.0'],
    ['a key that is a list', 'streams.polls.key', ['values'], 'COLUMN_IS_LIST', 'streams.polls.key.0'],
    ['a separator of two characters', 'streams.alarms.format.separator', ';;', 'CSV_SEPARATOR_INVALID', 'streams.alarms.format.separator'],
    ['a quote as separator', 'streams.alarms.format.separator', '"', 'CSV_SEPARATOR_INVALID', 'streams.alarms.format.separator'],
    ['a letter as separator', 'streams.alarms.format.separator', 'a', 'CSV_SEPARATOR_INVALID', 'streams.alarms.format.separator'],
    ['records in CSV', 'streams.polls.format', { kind: 'csv', separator: ',', header: 'auto' }, 'CSV_COLUMN_NESTED', 'streams.polls.schema.columns.1.type'],
    ['an unknown letter in a format', event, { kind: 'timestamp', format: 'yyyy-MM-dd hh', zone: 'UTC' }, 'TIMESTAMP_FORMAT_INVALID', `${event}.format`],
    ['text without a zone', event, { kind: 'timestamp', format: 'yyyy-MM-dd' }, 'TIMESTAMP_ZONE_MISSING', event],
    ['a zone that is an abbreviation', `${event}.zone`, 'CET', 'ZONE_UNKNOWN', `${event}.zone`],
    ['a zone and a zone column', polled, { kind: 'timestamp', format: 'iso', zone: 'UTC', zoneColumn: 'x' }, 'TIMESTAMP_ZONE_TWICE', polled],
    ['a zone column that is no text', polled, { kind: 'timestamp', format: 'iso', zoneColumn: 'values' }, 'TIMESTAMP_ZONE_COLUMN', `${polled}.zoneColumn`],
    ['a sentinel of another type', 'streams.alarms.schema.columns.4.missing', [1], 'MISSING_VALUE_UNFIT', 'streams.alarms.schema.columns.4.missing.0'],
    ['an unsafe sentinel', 'streams.alarms.schema.columns.0.missing', [2 ** 53], 'NUMBER_UNSAFE', 'streams.alarms.schema.columns.0.missing.0'],
  ])

  test.each(['\t', ';', '|', ' ', ',', ':'])('%j may separate fields', (separator) => {
    expect(found(changed(['streams.alarms.format.separator', separator]))).toEqual([])
  })
})

describe('flow', () => {
  refused([
    ['an unknown stream', 'operators.0.stream', 'alarm', 'STREAM_UNKNOWN', 'operators.0.stream'],
    ['an unknown input', 'operators.1.input', 'alarm', 'OPERATOR_UNKNOWN', 'operators.1.input'],
    ['an input after its reader', 'operators.1.input', 'polls', 'OPERATOR_ORDER', 'operators.1.input'],
    ['a cycle', 'operators.1.input', 'perStation', 'OPERATOR_CYCLE', 'operators.1.input'],
    ['an operator that reads itself', 'operators.1.input', 'active', 'OPERATOR_CYCLE', 'operators.1.input'],
    ['no output', 'outputs', {}, 'OUTPUT_NONE', 'outputs'],
    ['an output of nothing', 'outputs.windows', 'x', 'OPERATOR_UNKNOWN', 'outputs.windows'],
    ['an operator that no output needs', 'outputs', { windows: 'perStation' }, 'OPERATOR_UNUSED', 'operators.9'],
    ['a union of different columns', 'operators.7.columns.0.name', 'other', 'UNION_COLUMNS_DIFFER', 'operators.8.inputs.1'],
    ['a union of different types', 'operators.7.columns.1.value', literal('x'), 'UNION_COLUMNS_DIFFER', 'operators.8.inputs.1'],
    ['a union with itself', 'operators.8.inputs', ['flat', 'flat'], 'NAME_DUPLICATE', 'operators.8.inputs.1'],
    ['explode of what is no list', 'operators.5.column', 'timestamp', 'EXPLODE_NOT_LIST', 'operators.5.column'],
    ['explode of what is no column', 'operators.5.column', 'value', 'COLUMN_UNKNOWN', 'operators.5.column'],
  ])
})

describe('expressions', () => {
  const where = 'operators.1.where'
  refused([
    ['an unknown column', where, column('isActiv'), 'COLUMN_UNKNOWN', where],
    ['a list as argument', 'operators.6.columns.1.value', call('isMissing', column('values.flags')), 'COLUMN_IS_LIST', 'operators.6.columns.1.value.args.0'],
    ['an unknown param', where, call('gt', column('value'), param('limits')), 'PARAM_UNKNOWN', `${where}.args.1`],
    ['a number as condition', where, column('value'), 'CONDITION_NOT_BOOL', where],
    ['a missing condition', where, literal(null), 'CONDITION_NOT_BOOL', where],
    ['too few arguments', where, call('eq', column('value')), 'ARGUMENT_COUNT', where],
    ['too many arguments', where, call('not', column('isActive'), literal(true)), 'ARGUMENT_COUNT', where],
    ['text to a function of numbers', where, call('gt', call('abs', literal('x')), literal(1)), 'ARGUMENT_TYPE', `${where}.args.0.args.0`],
    ['an order of bools', where, call('lt', column('isActive'), literal(true)), 'ARGUMENT_TYPE', `${where}.args.0`],
    ['text against a number', where, call('eq', column('value'), literal('x')), 'ARGUMENTS_DIFFER', where],
    ['a timestamp against a duration', where, call('lt', column('event_time'), param('quiet')), 'ARGUMENTS_DIFFER', where],
    [
      'a zone from a column',
      where,
      call('eq', call('hour', column('event_time'), param('label')), literal(1)),
      'ARGUMENT_NOT_LITERAL',
      `${where}.args.0.args.1`,
    ],
    ['an unknown zone', where, call('eq', call('hour', column('event_time'), literal('EST')), literal(1)), 'ZONE_UNKNOWN', `${where}.args.0.args.1`],
    ['101 digits', 'operators.3.message', call('toFixed', column('highest'), literal(101)), 'ARGUMENT_NOT_LITERAL', 'operators.3.message.args.1'],
    ['a number as message', 'operators.3.message', column('failures'), 'MESSAGE_NOT_STRING', 'operators.3.message'],
    ['an unsafe whole number', where, call('eq', column('station_id'), literal(2 ** 53)), 'NUMBER_UNSAFE', `${where}.args.1.value`],
    ['an unsafe param', 'params.limit', 2 ** 60, 'NUMBER_UNSAFE', 'params.limit'],
    ['a comparison of nothing with nothing', where, call('eq', literal(null), literal(null)), 'ALWAYS_MISSING', where],
    ['a column of nothing', 'operators.6.columns.1.value', literal(null), 'ALWAYS_MISSING', 'operators.6.columns.1.value'],
    ['an aggregate in a filter', where, call('gt', aggregate('count'), literal(1)), 'AGGREGATE_OUTSIDE', `${where}.args.0`],
  ])

  test('a map hands lists on, for an explode to come', () => {
    const map = { kind: 'map', id: 'listed', input: 'polls', columns: [{ name: 'all', value: column('values') }] }
    const explode = { kind: 'explode', id: 'apart', input: 'listed', column: 'all' }
    expect(found(changed(['operators', [...samplePlan().operators, map, explode]], ['outputs.apart', 'apart']))).toEqual([])
  })

  test('one wrong column gives one issue, however often it is read after', () => {
    expect(found(changed(['operators.6.columns.1.value', column('vlue')]))).toEqual(['COLUMN_UNKNOWN operators.6.columns.1.value'])
    expect(found(changed(['operators.2.columns.0.value', column('vlue')]))).toEqual(['COLUMN_UNKNOWN operators.2.columns.0.value'])
  })

  test('all that is wrong in one expression is named', () => {
    const where2 = call('and', call('eq', column('x'), literal(1)), call('gt', column('value'), literal('a')))
    expect(found(changed([where, where2]))).toEqual(['COLUMN_UNKNOWN operators.1.where.args.0.args.0', 'ARGUMENTS_DIFFER operators.1.where.args.1'])
  })
})

describe('aggregates', () => {
  const path = 'operators.2.columns'
  refused([
    ['an aggregate within an aggregate', path, columns(aggregate('sum', aggregate('count'))), 'AGGREGATE_NESTED', `${path}.0.value.arg`],
    [
      'an aggregate within a condition',
      path,
      columns(aggregate('count', undefined, call('gt', aggregate('count'), literal(1)))),
      'AGGREGATE_NESTED',
      `${path}.0.value.where.args.0`,
    ],
    ['a bare column that is no key', path, columns(column('value')), 'AGGREGATE_BARE_COLUMN', `${path}.0.value`],
    ['a sum of nothing', path, columns(aggregate('sum')), 'AGGREGATE_ARGUMENT_MISSING', `${path}.0.value`],
    ['a sum of bools', path, columns(aggregate('sum', column('isActive'))), 'ARGUMENT_TYPE', `${path}.0.value.arg`],
    ['a maximum of bools', path, columns(aggregate('max', column('isActive'))), 'ARGUMENT_TYPE', `${path}.0.value.arg`],
    ['a condition that is no bool', path, columns(aggregate('count', undefined, column('value'))), 'CONDITION_NOT_BOOL', `${path}.0.value.where`],
    ['a value named like a key', `${path}.0.name`, 'station_id', 'AGGREGATE_NAME_TAKEN', `${path}.0.name`],
    ['a value named like a bound', `${path}.0.name`, 'windowEnd', 'AGGREGATE_NAME_TAKEN', `${path}.0.name`],
    ['a float64 key', 'operators.2.key', ['value'], 'KEY_FLOAT', 'operators.2.key.0'],
    ['a key named twice', 'operators.2.key', ['alarm_id', 'alarm_id'], 'KEY_DUPLICATE', 'operators.2.key.1'],
    ['a key that is no column', 'operators.2.key', ['alarm'], 'COLUMN_UNKNOWN', 'operators.2.key.0'],
    ['lateness without a window', 'operators.9.allowedLatenessMs', 1, 'WINDOW_NEEDED', 'operators.9.allowedLatenessMs'],
    ['final results without a window', 'operators.9.results', 'final', 'WINDOW_NEEDED', 'operators.9.results'],
    ['results on change of a window', 'operators.2.emit', 'change', 'EMIT_WITH_WINDOW', 'operators.2.emit'],
    ['an offset as long as the window', 'operators.2.window.offsetMs', 600_000, 'WINDOW_OFFSET', 'operators.2.window.offsetMs'],
    [
      'a slide that does not divide the size',
      'operators.2.window',
      { kind: 'hopping', sizeMs: 10, slideMs: 3, offsetMs: 0 },
      'WINDOW_SLIDE',
      'operators.2.window.slideMs',
    ],
    [
      'a slide longer than the size',
      'operators.2.window',
      { kind: 'hopping', sizeMs: 10, slideMs: 20, offsetMs: 0 },
      'WINDOW_SLIDE',
      'operators.2.window.slideMs',
    ],
    ['a zone for less than days', 'operators.2.window.zone', 'Europe/Berlin', 'WINDOW_ZONE_DAYS', 'operators.2.window.sizeMs'],
    ['an unknown zone', 'operators.2.window.zone', 'CET', 'ZONE_UNKNOWN', 'operators.2.window.zone'],
  ])

  test('key columns and constants may stand beside aggregates', () => {
    expect(found(changed([`${path}.1.value`, call('add', column('alarm_id'), call('mul', param('limit'), aggregate('count')))]))).toEqual([])
  })
})

describe('results can be told apart and are counted once (R1, R3)', () => {
  const again = (input: string) => ({ ...samplePlan().operators[2], id: 'again', input, key: [], columns: columns(aggregate('count')), allowedLatenessMs: 0 })
  const added = (operators: readonly unknown[], output: string, ...changes: [string, unknown][]) =>
    found(changed(['operators', [...structuredClone(samplePlan().operators), ...operators]], ['outputs.added', output], ...changes))
  const map = (input: string, ...names: string[]) => ({ kind: 'map', id: 'mapped', input, columns: names.map((name) => ({ name, value: column(name) })) })
  const alert = (input: string, key: string[]) => ({ ...samplePlan().operators[3], id: 'second', input, key, when: literal(true), message: literal('x') })

  test('an aggregate over revised results is refused, over final ones not', () => {
    expect(added([again('perStation')], 'again')).toEqual(['AGGREGATE_OVER_REVISED operators.10.input'])
    expect(added([again('perStation')], 'again', ['operators.2.results', 'final'])).toEqual([])
  })

  test('an aggregate over alerts, or an alert over alerts, is refused', () => {
    expect(added([again('failing')], 'again')).toEqual(['AGGREGATE_OVER_ALERT operators.10.input'])
    expect(added([alert('failing', ['station_id', 'alarm_id'])], 'second')).toEqual(['ALERT_OVER_ALERT operators.10.input'])
  })

  test('windows that lost a column of their key are no output and raise no alert', () => {
    expect(added([map('perStation', 'station_id', 'failures')], 'mapped')).toEqual(['KEY_LOST outputs.added'])
    expect(added([map('perStation', 'station_id', 'failures'), alert('mapped', ['station_id'])], 'second')).toContain('KEY_LOST operators.11.input')
    expect(added([map('perStation', 'station_id', 'alarm_id')], 'mapped')).toEqual([])
    expect(added([map('totals', 'mean')], 'mapped')).toEqual([])
  })

  test('results of several operators are not united into one output, but to be aggregated again', () => {
    const counts = ['active', 'measured'].map((input) => ({ ...again(input), id: `of-${input}` }))
    const united = [...counts, { kind: 'union', id: 'united', inputs: ['of-active', 'of-measured'] }]
    expect(added(united, 'united')).toEqual(['RESULTS_MIXED outputs.added'])
    expect(added([...united, again('united')], 'again')).toEqual([])
  })

  test('a union reads a stream once', () => {
    const other = { ...samplePlan().operators[1], id: 'other' }
    const union = { kind: 'union', id: 'united', inputs: ['active', 'other'] }
    expect(added([other, union], 'united')).toEqual(['UNION_SAME_STREAM operators.11.inputs.1'])
  })

  refused([
    ['an alert of another key than its windows', 'operators.3.key', ['station_id'], 'ALERT_KEY_DIFFERS', 'operators.3.key'],
    ['clearAfter over windows', 'operators.3.clearAfterMs', 1, 'ALERT_CLEAR_AFTER_WINDOW', 'operators.3.clearAfterMs'],
    ['a condition that is no bool', 'operators.3.when', column('failures'), 'CONDITION_NOT_BOOL', 'operators.3.when'],
    ['an input column named like one of the alert', 'operators.2.columns.0.name', 'severity', 'ALERT_NAME_TAKEN', 'operators.3.input'],
  ])

  test('an alert over records has any key but float64', () => {
    expect(added([{ ...alert('active', ['alarm_id']), clearAfterMs: 0 }], 'second')).toEqual([])
    expect(added([alert('active', ['value'])], 'second')).toEqual(['KEY_FLOAT operators.10.key.0'])
    expect(added([alert('polls', [])], 'second')).toEqual(['COLUMN_IS_LIST operators.10.input'])
  })
})

test('a hostile plan is refused within seconds', () => {
  const reads = Array.from({ length: 9_000 }, (_, at) => ({ name: `c${at}`, value: column(`${'x'.repeat(35)}${at}`) }))
  const started = performance.now()
  expect(validate(changed(['operators.6.columns', reads.slice(0, 4_000)], ['operators.2.columns', columns(column('.'.repeat(100_000)))]))).toHaveLength(1000)
  expect(validate(changed(['operators.6.columns', [{ name: '.'.repeat(500_000), value: literal(1) }]])).length).toBeGreaterThan(0)
  expect(validate(changed(['operators.0.stream', 'x'.repeat(1_000_000)])).length).toBeGreaterThan(0)
  expect(performance.now() - started).toBeLessThan(10_000)
})
