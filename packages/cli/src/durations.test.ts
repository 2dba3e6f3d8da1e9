import { expect, test } from 'vitest'
import { durationText, parseDurationMs } from './durations.ts'

test('durations have a unit and are whole milliseconds', () => {
  expect(['250ms', '30s', '10m', '1.5h', '3d'].map(parseDurationMs)).toEqual([250, 30_000, 600_000, 5_400_000, 259_200_000])
  expect(['', '10', '1.0001ms', '-3s', '3 s', '9e9d'].map(parseDurationMs)).toEqual(Array(6).fill(undefined))
})

test('durations read like speech', () => {
  expect([45, 12_340, 61_000, 3_723_000].map(durationText)).toEqual(['45 ms', '12.3 s', '1 min 01 s', '1 h 02 min'])
})
