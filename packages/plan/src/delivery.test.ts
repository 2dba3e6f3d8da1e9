import { expect, test } from 'vitest'
import { samplePlan } from '../test/sample-plan.ts'
import { planHash } from './canonical.ts'
import { type Guarantee, guaranteeOfPath, guarantees, isAtLeast, isNamed } from './delivery.ts'
import { validate } from './validate.ts'

const [most, least, once] = guarantees

test.each<[Guarantee, Guarantee, Guarantee, string]>([
  [once, once, once, 'in; out'],
  [once, least, least, 'out'],
  [once, most, most, 'out'],
  [least, once, least, 'in'],
  [least, least, least, 'in; out'],
  [least, most, most, 'in; out'],
  [most, once, most, 'in'],
  [most, least, most, 'in; out'],
  [most, most, most, 'in; out'],
])('in by %s and out by %s a path gives %s, and the reasons are those of the ends that fall short', (wayIn, wayOut, guarantee, reason) => {
  expect(guaranteeOfPath({ guarantee: wayIn, reason: 'in' }, { guarantee: wayOut, reason: 'out' })).toEqual({ guarantee, reason })
})

test('a guarantee is at least itself and all that are weaker', () => {
  const demanded = guarantees.map((given) => guarantees.filter((demand) => isAtLeast(given, demand)))
  expect(demanded).toEqual([[most], [most, least], [most, least, once]])
})

test('a way stands for its uses, a use for itself, and no names for all', () => {
  const ways = ['mqtt', 'mqtt-qos-1', 'http', 'http-producer']
  const named = (names?: readonly string[]) => ways.filter((way) => isNamed(way, names))
  expect(named(['mqtt', 'http-producer'])).toEqual(['mqtt', 'mqtt-qos-1', 'http-producer'])
  expect(named(['mqtt-qos-1'])).toEqual(['mqtt-qos-1'])
  expect(named()).toEqual(ways)
})

test('a demand is part of the plan, and of its identity', () => {
  const demand = { guarantee: once, waysIn: ['http-producer'], waysOut: ['events', 'files'] } as const
  expect(validate({ ...samplePlan(), delivery: demand })).toEqual([])
  expect(validate({ ...samplePlan(), delivery: { guarantee: least } })).toEqual([])
  expect(planHash({ ...samplePlan(), delivery: demand })).not.toBe(planHash(samplePlan()))
})

test.each([
  [{}, 'PLAN_FIELD_MISSING delivery'],
  [{ guarantee: 'twice' }, 'PLAN_VALUE_UNKNOWN delivery.guarantee'],
  [{ guarantee: once, waysIn: ['htp'] }, 'PLAN_VALUE_UNKNOWN delivery.waysIn.0'],
  [{ guarantee: once, waysOut: [] }, 'PLAN_LIST_SHORT delivery.waysOut'],
  [{ guarantee: once, waysOut: ['pages', 'files', 'pages'] }, 'DELIVERY_WAY_TWICE delivery.waysOut.2'],
])('a demand like %j is refused', (delivery, wanted) => {
  expect(validate({ ...samplePlan(), delivery }).map(({ code, path }) => `${code} ${path}`)).toEqual([wanted])
})
