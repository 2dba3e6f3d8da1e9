import { expect, test } from 'vitest'
import { differences } from './plan-differences.ts'

test('equal values have no differences', () => {
  expect(differences({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([])
})

test('every place that differs is named by its path', () => {
  expect(differences({ a: [1, 2], b: 'x', c: 0 }, { a: [1, 3, 4], b: ['x'], c: 0 })).toEqual([
    { path: 'a.1', before: '2', after: '3' },
    { path: 'a.2', before: 'nothing', after: '4' },
    { path: 'b', before: '"x"', after: '["x"]' },
  ])
})
