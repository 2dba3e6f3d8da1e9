import { expect, it } from 'vitest'
import { LetterCount, noTotals } from './letter-totals.ts'

it('keys are counted whatever sensors call themselves, through their text and back', () => {
  const keys = ['__proto__', 'constructor', 'toString', '', '1', '__proto__']
  const first = new LetterCount(noTotals)
  for (const key of keys) first.add({ code: 'VALUE_TYPE', key })
  const again = new LetterCount(JSON.parse(JSON.stringify(first.totals)))
  for (const key of keys) again.add({ code: 'VALUE_TYPE', key })
  expect(Object.entries(again.totals.byKey).sort()).toEqual([
    ['', 2],
    ['1', 2],
    ['__proto__', 4],
    ['constructor', 2],
    ['toString', 2],
  ])
  expect(again.totals).toMatchObject({ letters: 12, byCode: { VALUE_TYPE: 12 }, otherKeys: 0 })
})

it('keys of more than 256 characters are counted together', () => {
  const count = new LetterCount(noTotals)
  for (const key of ['k'.repeat(256), 'k'.repeat(257), 'x'.repeat(65_536)]) count.add({ code: 'VALUE_TYPE', key })
  expect(count.totals).toMatchObject({ letters: 3, byKey: { ['k'.repeat(256)]: 1 }, otherKeys: 2 })
})
