import { expect, it } from 'vitest'
import { formatOf } from './media-types.ts'

it.each([
  [undefined, 'ndjson'],
  ['*/*', 'ndjson'],
  ['application/*', 'ndjson'],
  ['application/json', 'json'],
  ['text/csv; charset=utf-8', 'csv'],
  ['text/*', 'csv'],
  ['TEXT/EVENT-STREAM', 'events'],
  ['text/html, application/json;q=0.9, */*;q=0.8', 'json'],
  ['application/json;q=0.2, text/csv;q=0.7', 'csv'],
  ['application/x-ndjson;q=0, */*', 'json'],
])('what is accepted as %s is answered as %s', (accept, format) => {
  expect(formatOf(accept)).toBe(format)
})

it.each(['image/png', '*/*;q=0', '', 'json'])('"%s" accepts nothing that there is', (accept) => {
  expect(() => formatOf(accept)).toThrow('Records cannot be had')
})
