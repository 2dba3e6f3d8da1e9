import { expect, test } from 'vitest'
import { jsonFault } from './json-fault.ts'

test.each([
  ['', 'line 1, column 1'],
  ['{"a": x}', 'line 1, column 7'],
  ['{"a": 1, }', 'line 1, column 10'],
  ['{\n  "a" 1\n}', 'line 2, column 7'],
  ['{\n  "a": "b\n}', 'line 2, column 8'],
  ['{"a": [1, {"b": "\\x"}]}', 'line 1, column 17'],
  ['{"a": [1, 2}', 'line 1, column 12'],
  ['{"a": 1', 'line 1, column 8'],
  ['{} x', 'line 1, column 4'],
])('the place where a text stops being JSON is told: %j', (text, place) => {
  expect(() => JSON.parse(text)).toThrow()
  expect(jsonFault(text)).toBe(place)
})

test('a text that is JSON has its fault behind its end', () => {
  const text = JSON.stringify({ a: [1, -2.5e3, true, null, [], {}], 'b"\\\n\u0007': { c: 'é' } }, null, 2)
  expect(jsonFault(`${text} `)).toBe(`line ${text.split('\n').length}, column 3`)
})
