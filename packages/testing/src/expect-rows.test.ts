import { describe, expect, it } from 'vitest'
import { expectRows } from './expect-rows.ts'

const rows = [
  { station: 1, failures: 6, mean: 0.1 + 0.2, windowEnd: new Date('2026-01-01T00:10:00Z') },
  { station: 2, failures: 7, mean: null, windowEnd: new Date('2026-01-01T00:20:00Z') },
  { station: 3, failures: 8, mean: 1.5, windowEnd: new Date('2026-01-01T00:30:00Z') },
]

function failureOf(check: () => void): string {
  try {
    check()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('expectRows', () => {
  it('compares the columns that the test names', () => {
    expectRows(rows, [{ station: 1, mean: 0.3 }, { mean: null }, { failures: 8 }])
  })

  it('a timestamp equals its text', () => {
    expectRows(rows.slice(0, 1), [{ windowEnd: '2026-01-01T00:10:00Z' }])
    expectRows(rows.slice(0, 1), [{ windowEnd: new Date('2026-01-01T00:10:00Z') }])
  })

  it('whole numbers are compared exactly', () => {
    expect(() => expectRows([{ id: 9007199254740991 }], [{ id: 9007199254740990 }])).toThrow('expected 9007199254740990, got 9007199254740991')
  })

  it('one missing row does not make those behind it differ', () => {
    const message = failureOf(() => expectRows(rows.slice(1), [{ station: 1 }, { station: 2 }, { station: 3 }], 'failures'))
    expect(message).toBe(
      [
        'failures differ from what was expected: 1 missing, 2 as expected',
        '  - missing { station: 1 }',
        '    row 1 { station: 2, failures: 7, mean: null, windowEnd: 2026-01-01T00:20:00Z }',
      ].join('\n'),
    )
  })

  it('a changed row names its columns', () => {
    const message = failureOf(() => expectRows(rows, [{ station: 1 }, { station: 2, failures: 9 }, { station: 3 }]))
    expect(message).toContain('rows differ from what was expected: 1 changed, 2 as expected')
    expect(message).toContain('  ~ row 2 { station: 2, failures: 7,')
    expect(message).toContain('        failures: expected 9, got 7')
  })

  it('a row too many is told', () => {
    expect(failureOf(() => expectRows(rows.slice(0, 1), []))).toContain('+ row 1 was not expected { station: 1')
  })

  it('long differences are cut', () => {
    const many = Array.from({ length: 100 }, (_, value) => ({ value }))
    expect(failureOf(() => expectRows(many, []))).toMatch(/\.\.\. and 60 more$/)
  })

  it('tables too large to align are compared in order', () => {
    const many = Array.from({ length: 1500 }, (_, value) => ({ value }))
    const other = many.map((row) => (row.value === 700 ? { value: -1 } : row))
    expect(failureOf(() => expectRows(other, many))).toContain('1 changed, 1499 as expected')
  })
})
