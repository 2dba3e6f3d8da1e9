import { expect, it } from 'vitest'
import { decodeTimes, encodeTimes, timesBytes, timesOf } from './times.ts'

it('rows of equal times make one run, and runs come back as they were written', () => {
  const times = timesOf(Float64Array.of(-3, -3, 0, 5, 5, 5))
  expect(times).toEqual({ ingestionMs: Float64Array.of(-3, 0, 5), rows: Int32Array.of(2, 1, 3) })
  const bytes = encodeTimes(times)
  expect(bytes).toHaveLength(timesBytes(3))
  expect(bytes.length % 8).toBe(0)
  expect(decodeTimes(bytes, 3)).toEqual(times)
})
