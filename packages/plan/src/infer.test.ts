import { expect, test } from 'vitest'
import { aggregate, alarms, call, column, literal, param, polls, samplePlan } from '../test/sample-plan.ts'
import type { Expression } from './expression.ts'
import { flatFields, streamFields } from './fields.ts'
import { relations } from './infer.ts'
import type { AggregateOperator, Operator } from './operator.ts'
import type { Plan } from './plan.ts'
import { typeOf } from './type-of.ts'

const names = (id: string, plan: Plan = samplePlan()) =>
  relations(plan)
    .get(id)
    ?.fields.map(({ name, type, nullable }) => `${name} ${typeof type === 'object' ? 'list' : type}${nullable ? '?' : ''}`)

const scope = {
  params: samplePlan().params,
  fields: [
    { name: 'i', type: 'int32', nullable: false },
    { name: 'l', type: 'int64', nullable: true },
    { name: 'f', type: 'float64', nullable: false },
    { name: 's', type: 'string', nullable: true },
    { name: 'b', type: 'bool', nullable: false },
    { name: 't', type: 'timestamp', nullable: false },
  ],
} as const

const type = (expression: Expression) => {
  const { type: name, nullable } = typeOf(expression, scope)
  return `${name}${nullable ? '?' : ''}`
}

test('fields are the leaves of the schema; optional, sentinels and optional parents make them nullable', () => {
  expect(names('polls')).toEqual(['timestamp timestamp', 'sensor.id int32', 'sensor.pin string?', 'location.altitude float64?', 'values list'])
  const list = flatFields(polls.schema).at(-1)?.type
  expect(list).toEqual({
    list: [
      { name: 'type', type: 'string', nullable: false },
      { name: 'value', type: 'float64', nullable: true },
      { name: 'flags', type: { list: [{ name: '', type: 'int32', nullable: false }] }, nullable: false },
    ],
  })
})

test('the time of a row is never missing, even where the column is optional', () => {
  expect(flatFields(alarms.schema)[2]).toEqual({ name: 'event_time', type: 'timestamp', nullable: true })
  expect(streamFields(alarms)[2]).toEqual({ name: 'event_time', type: 'timestamp', nullable: false })
  expect(relations(samplePlan()).get('alarms')?.fields).toEqual(streamFields(alarms))
})

test('explode puts the fields of the elements in the place of the list', () => {
  expect(names('measured')?.slice(4)).toEqual(['values.type string', 'values.value float64?', 'values.flags list'])
  const again: Operator = { kind: 'explode', id: 'flags', input: 'measured', column: 'values.flags' }
  expect(names('flags', { ...samplePlan(), operators: [...samplePlan().operators, again] })?.at(-1)).toBe('values.flags int32')
})

test('a union is nullable where one of its inputs is, and has no groups unless all have the same', () => {
  expect(names('both')).toEqual(['sensor int32', 'value float64?'])
  expect(relations(samplePlan()).get('both')).toMatchObject({ key: [], window: null, streams: ['polls', 'alarms'] })
})

test('an aggregate gives its key, the bounds of its window, its values', () => {
  expect(names('perStation')).toEqual([
    'station_id int64',
    'alarm_id int32',
    'windowStart timestamp',
    'windowEnd timestamp',
    'failures int64',
    'highest float64?',
    'spread float64?',
  ])
  expect(names('totals')).toEqual(['sensor int32', 'mean float64?'])
  expect(relations(samplePlan()).get('totals')).toMatchObject({ key: ['sensor'], window: null, revised: false })
})

test('results are revised where late records are allowed and results are not final', () => {
  const change = (more: Partial<AggregateOperator>): Plan => {
    const plan = samplePlan()
    return { ...plan, operators: plan.operators.map((operator) => (operator.kind === 'aggregate' ? { ...operator, ...more } : operator)) }
  }
  const revised = (plan: Plan) => relations(plan).get('perStation')?.revised
  expect(revised(samplePlan())).toBe(true)
  expect(revised(change({ results: 'final' }))).toBe(false)
  expect(revised(change({ allowedLatenessMs: 0 }))).toBe(false)
  expect(revised(change({ window: null }))).toBe(false)
})

test('an alert puts its columns before those of its input and is revised', () => {
  expect(names('failing')?.slice(0, 5)).toEqual(['alert string', 'severity string', 'message string', 'openedAt timestamp', 'station_id int64'])
  expect(relations(samplePlan()).get('failing')).toMatchObject({ key: ['station_id', 'alarm_id'], revised: true, window: { kind: 'tumbling' } })
})

test('a map keeps the key only where all of its columns pass through under their names', () => {
  const mapped = (columns: { name: string; value: Expression }[]) => {
    const map: Operator = { kind: 'map', id: 'mapped', input: 'perStation', columns }
    return relations({ ...samplePlan(), operators: [...samplePlan().operators, map] }).get('mapped')
  }
  const station = { name: 'station_id', value: column('station_id') }
  expect(mapped([station, { name: 'alarm_id', value: column('alarm_id') }])?.key).toEqual(['station_id', 'alarm_id'])
  expect(mapped([station])?.key).toEqual([])
  expect(mapped([station, { name: 'alarm_id', value: call('add', column('alarm_id'), literal(0)) }])?.key).toEqual([])
  expect(mapped([station])?.window).toMatchObject({ sizeMs: 600_000 })
})

test('numbers meet in the wider type, and arithmetic of whole numbers is int64', () => {
  expect(type(call('if', column('b'), column('i'), column('l')))).toBe('int64?')
  expect(type(call('coalesce', column('l'), literal(0.5)))).toBe('float64')
  expect(type(call('least', column('i'), literal(3)))).toBe('int32')
  expect(type(call('add', column('i'), column('i')))).toBe('int64?')
  expect(type(call('mul', column('i'), column('f')))).toBe('float64?')
  expect(type(call('div', column('i'), column('i')))).toBe('float64?')
  expect(type(literal(2 ** 31))).toBe('int64')
  expect(type(literal(-(2 ** 31)))).toBe('int32')
  expect(type(param('limit'))).toBe('int64')
  expect(type(param('quiet'))).toBe('duration')
})

test('a result can be missing where an argument can, where the function fails, or as its own table says', () => {
  expect(type(call('lt', column('i'), literal(1)))).toBe('bool')
  expect(type(call('lt', column('l'), literal(1)))).toBe('bool?')
  expect(type(call('not', call('isMissing', column('l'))))).toBe('bool')
  expect(type(call('and', column('b'), call('lt', column('l'), literal(1))))).toBe('bool?')
  expect(type(call('format', column('s'), column('l')))).toBe('string')
  expect(type(call('concat', column('s'), column('i')))).toBe('string?')
  expect(type(call('if', column('b'), literal(null), column('t')))).toBe('timestamp?')
  expect(type(call('hour', column('t'), literal('Europe/Berlin')))).toBe('int32')
  expect(type(call('between', column('t'), column('t')))).toBe('duration')
})

test('counts are never missing, other aggregates are where nothing was folded', () => {
  expect(type(aggregate('count'))).toBe('int64')
  expect(type(aggregate('sum', column('i')))).toBe('int64?')
  expect(type(aggregate('sum', column('f')))).toBe('float64?')
  expect(type(aggregate('stddev', column('i')))).toBe('float64?')
  expect(type(aggregate('max', column('t')))).toBe('timestamp?')
  expect(type(aggregate('last', column('s')))).toBe('string?')
})
