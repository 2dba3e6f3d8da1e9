import { expect, test } from 'vitest'
import { timestampPattern } from './timestamp-pattern.ts'

test('a pattern is read into fields and literal text', () => {
  expect(timestampPattern("yyyy-MM-dd'T'HH:mm:ss.SSS z")).toEqual([
    { field: 'yyyy' },
    { text: '-' },
    { field: 'MM' },
    { text: '-' },
    { field: 'dd' },
    { text: 'T' },
    { field: 'HH' },
    { text: ':' },
    { field: 'mm' },
    { text: ':' },
    { field: 'ss' },
    { text: '.' },
    { field: 'SSS' },
    { text: ' ' },
    { field: 'z' },
  ])
  expect(timestampPattern('yyyyMMdd')).toHaveLength(3)
  expect(timestampPattern('yyyy-MM-ddTHH')).toEqual(timestampPattern("yyyy-MM-dd'T'HH"))
})

test('quotes keep letters from being fields, and two quotes are one', () => {
  expect(timestampPattern("dd 'de' MM ''yyyy 'o''clock'")).toEqual([
    { field: 'dd' },
    { text: ' de ' },
    { field: 'MM' },
    { text: " '" },
    { field: 'yyyy' },
    { text: " o'clock" },
  ])
})

test.each([
  ['yyyy-MM-dd hh', 'it has no field hh'],
  ['yyyy-M-dd', 'it has no field M'],
  ['yyyy-MM', 'dd is missing'],
  ['yyyy-MM-dd ss', 'HH is missing'],
  ['yyyy-MM-dd HH:ss', 'mm is missing'],
  ['yyyy-MM-dd dd', 'dd stands in it twice'],
  ['yyyy-MM-dd zHH', 'HH follows the zone directly'],
  ["yyyy-MM-dd 'T", 'a quote is not closed'],
  ['', 'yyyy is missing'],
])('%s is no pattern: %s', (pattern, reason) => {
  expect(timestampPattern(pattern)).toBe(reason)
})
