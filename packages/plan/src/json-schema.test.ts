import fc from 'fast-check'
import { Check } from 'typebox/schema'
import { expect, expectTypeOf, test } from 'vitest'
import { mutatedPlans } from '../test/mutated-plans.ts'
import { samplePlan } from '../test/sample-plan.ts'
import { checkStructure } from './check/structure.ts'
import type { Constant, Expression } from './expression.ts'
import {
  type columnShape,
  type constantShape,
  type expressionShape,
  type operatorShape,
  planJsonSchema,
  type planShape,
  type streamShape,
  type typeShape,
} from './json-schema.ts'
import type { Operator } from './operator.ts'
import type { Plan, StreamNode } from './plan.ts'
import type { ColumnNode, TypeNode } from './schema.ts'
import type { Described, JsonSchema } from './shape.ts'

test('the JSON Schema describes exactly the TypeScript types', () => {
  expectTypeOf<Described<typeof constantShape>>().toEqualTypeOf<Constant>()
  expectTypeOf<Described<typeof expressionShape>>().toEqualTypeOf<Expression>()
  expectTypeOf<Described<typeof typeShape>>().toEqualTypeOf<TypeNode>()
  expectTypeOf<Described<typeof columnShape>>().toEqualTypeOf<ColumnNode>()
  expectTypeOf<Described<typeof streamShape>>().toEqualTypeOf<StreamNode>()
  expectTypeOf<Described<typeof operatorShape>>().toEqualTypeOf<Operator>()
  expectTypeOf<Described<typeof planShape>>().toEqualTypeOf<Plan>()
})

test('every reference in the JSON Schema is defined in it', () => {
  const references = JSON.stringify(planJsonSchema).match(/#\/\$defs\/\w+/g) ?? []
  const defined = Object.keys((planJsonSchema as JsonSchema).$defs ?? {}).map((name) => `#/$defs/${name}`)
  expect([...new Set(references)].sort()).toEqual(defined.sort())
})

test('an independent reader of the JSON Schema takes and refuses the same plans', () => {
  const taken = (plan: unknown) => {
    let issues = 0
    checkStructure(plan, () => {
      issues++
    })
    return issues === 0
  }
  const agree = (plan: unknown) => expect(taken(plan)).toBe(Check(planJsonSchema, plan))
  agree(JSON.parse(JSON.stringify(samplePlan())))
  fc.assert(
    fc.property(mutatedPlans, (plan) => {
      const json = JSON.stringify(plan)
      if (json !== undefined) agree(JSON.parse(json))
    }),
    { numRuns: 1000 },
  )
})
