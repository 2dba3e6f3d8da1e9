import { evaluationOf } from '@millrace/oracle'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fieldsOf, randomCondition } from './random-source.ts'
import { expressionOf, fields, params } from './read.ts'

type Value = number | string | boolean
const values: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  b: fc.boolean(),
  n: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(0.5, -2.25, 3)),
  s: fc.constantFrom('', 'x', 'y z', 'Ärger'),
}

/** A random function, and a row in which every column it names is present. */
const runs = randomCondition.chain((source) => {
  const columns = fieldsOf(source)
  const row = fc.record(Object.fromEntries(columns.map(({ name }) => [name, values[name.charAt(0)] as fc.Arbitrary<Value>])))
  return fc.record({ source: fc.constant(source), row })
})

it('where nothing is missing, the plan computes what the function would have returned', () => {
  fc.assert(
    fc.property(runs, ({ source, row }) => {
      const fn: (row: unknown, p: unknown) => unknown = new Function(`return (a, p) => ${source}`)()
      const more = fieldsOf(source)
      const failures = { count: 0 }
      const evaluate = evaluationOf(expressionOf(fn, more), { fields: [...fields, ...more], params, failures })
      const result = evaluate({ ...row, from: 0, to: 90_000 })
      // Division by zero is missing here, and infinite in JavaScript.
      fc.pre(failures.count === 0)
      const duration = { minutes: 1.5 }
      expect(result).toBe(fn({ ...row, from: 0, to: { minus: () => duration } }, params))
    }),
    { numRuns: Number(process.env.RUNS ?? 500) },
  )
})
