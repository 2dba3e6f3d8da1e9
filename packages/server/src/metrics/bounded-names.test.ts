import { expect, it } from 'vitest'
import { BoundedNames } from './bounded-names.ts'

const used = (...names: readonly string[]) => names.map((name, at) => ({ tenant: 'acme', name, use: -at }))

it('what is gone is told once, whether it had a place or not', () => {
  const names = new BoundedNames(1)
  expect(names.admit(used('first', 'second', 'third'))).toEqual([])
  expect(names.admit(used('third')).map(({ name }) => name)).toEqual(['first', 'second'])
  expect(names.admit(used('third'))).toEqual([])
})
