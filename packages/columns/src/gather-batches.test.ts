import { expect, it } from 'vitest'
import { batchOf } from '../test/numbered-rows.ts'
import { encodeBatch } from './encode-batch.ts'
import { gatherBatches } from './gather-batches.ts'

it('gathered rows are those of a batch made of them at once', () => {
  const batches = [batchOf([1, 2, 3, 4, 5]), batchOf([]), batchOf([10, 11, 12, 13, 14, 15])]
  const part = Uint8Array.of(2, 0, 0, 2, 2, 0, 2)
  const row = Int32Array.of(0, 4, 1, 5, 1, 1, 4)
  expect(encodeBatch(gatherBatches(batches, part, row))).toEqual(encodeBatch(batchOf([10, 5, 2, 15, 11, 2, 14])))
})

it('nothing gathered is a batch without rows', () => {
  expect(gatherBatches([batchOf([1])], new Uint8Array(0), new Int32Array(0)).rows).toBe(0)
})
