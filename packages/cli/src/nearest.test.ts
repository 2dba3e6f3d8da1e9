import { expect, test } from 'vitest'
import { hint } from './nearest.ts'

test('a name two edits away is suggested, the nearest first', () => {
  expect(hint('alamrs', ['alerts', 'alarms'])).toBe(' Did you mean "alarms"?')
  expect(hint('LIMIT', ['limit'])).toBe(' Did you mean "limit"?')
})

test('what is not near is not suggested', () => {
  expect(hint('doors', ['alarms', 'polls'])).toBe('')
  expect(hint('x', [])).toBe('')
})
