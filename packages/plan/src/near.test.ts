import { expect, test } from 'vitest'
import { nearest } from './near.ts'

test('a swap, a lost, an added and a wrong letter are near, another word is not', () => {
  const columns = ['station_id', 'alarm_id', 'value', 'is']
  expect(nearest('statoin_id', columns)).toBe('station_id')
  expect(nearest('alrm_id', columns)).toBe('alarm_id')
  expect(nearest('Values', columns)).toBe('value')
  expect(nearest('it', columns)).toBe('is')
  expect(nearest('temperature', columns)).toBeUndefined()
  expect(nearest('x'.repeat(1000), columns)).toBeUndefined()
})
