import { openJob } from '@millrace/engine'
import { type FunctionNode, functions, typeOf } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { evaluationOf } from '../src/index.ts'
import { fieldsOf, page, rows, tables, valuesOf } from './expressions/rows.ts'
import { engineFault } from './expressions/table-fault.ts'

const whole = (type: unknown): unknown => (type === 'int32' ? 'int64' : type)

describe('docs/expressions.md', () => {
  it.each(Object.entries(functions))('has the types and a table of %s', (name, { params, result }: FunctionNode) => {
    expect(page).toContain(`\`${name}(${params.join(', ')}) → ${result}\``)
    expect(tables.some(({ calls }) => calls.some(({ text }) => text.startsWith(`${name}(`)))).toBe(true)
  })

  it.each(rows)('line $line holds on the oracle', (row) => {
    for (const { text, expression, expected } of row.results) {
      const failures = { count: 0 }
      const scope = { fields: fieldsOf(row), params: {}, failures }
      const value = evaluationOf(expression, scope)(valuesOf(row))
      expect({ text, value, failures: failures.count }).toEqual({ text, value: expected.value, failures: expected.counted ? 1 : 0 })
      if (expected.type !== null) expect({ text, type: whole(typeOf(expression, scope).type) }).toEqual({ text, type: whole(expected.type) })
    }
  })

  it.each(rows)('line $line holds on the engine', (row) => {
    expect(engineFault(openJob, row)).toBe(null)
  })
})
