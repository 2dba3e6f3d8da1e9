import { readFileSync } from 'node:fs'
import { type Plan, validate } from '@millrace/plan'
import { expect, test } from 'vitest'
import { samplePlan } from './sample-plan.ts'

const page = readFileSync(new URL('../../../docs/operators.md', import.meta.url), 'utf8')
const operators: { kind: string; id: string }[] = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, json]) => JSON.parse(json as string))
const windows: unknown[] = [...page.matchAll(/`(\{ "kind": "(?:tumbling|hopping)".*?\})`/g)].map(([, json]) => JSON.parse(json as string))

/** What is wrong with the form of an operator that stands in a plan. */
function formOf(operator: unknown): string[] {
  const plan = { ...samplePlan(), operators: [operator] } as Plan
  return validate(plan)
    .map(({ code }) => code)
    .filter((code) => code.startsWith('PLAN_'))
}

test('the page shows every kind of operator, in its right form', () => {
  const kinds = samplePlan().operators.map(({ kind }) => kind)
  expect(new Set(operators.map(({ kind }) => kind))).toEqual(new Set(kinds))
  for (const operator of operators) expect(formOf(operator), operator.kind).toEqual([])
})

test('the windows of the page are in their right form', () => {
  const aggregate = operators.find(({ kind }) => kind === 'aggregate')
  expect(windows).toHaveLength(3)
  for (const window of windows) expect(formOf({ ...aggregate, window })).toEqual([])
})
