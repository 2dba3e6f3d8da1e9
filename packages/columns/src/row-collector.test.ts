import { expect, it } from 'vitest'
import { batchOf, fields } from '../test/numbered-rows.ts'
import { encodeBatch } from './encode-batch.ts'
import { RowCollector } from './row-collector.ts'

it('collected rows are those of a batch made of them at once', () => {
  const collector = new RowCollector(fields)
  const one = batchOf([1, 2, 3, 4, 5, 6, 7, 8])
  const two = batchOf([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  collector.append(one.columns, new Int32Array([0, 2, 4, 6, 7]), 1, 5)
  collector.append(two.columns, new Int32Array([0, 3, 8, 9, 10]), 0, 5)
  collector.append(one.columns, new Int32Array([1]), 0, 1)
  expect(encodeBatch(collector.batch())).toEqual(encodeBatch(batchOf([3, 5, 7, 8, 10, 13, 18, 19, 20, 2])))
})

it('a cleared collector forgets its rows, not its numbers of texts', () => {
  const collector = new RowCollector(fields)
  const batch = batchOf([1, 2, 3])
  collector.append(batch.columns, new Int32Array([0, 1, 2]), 0, 3)
  collector.clear()
  collector.append(batch.columns, new Int32Array([2, 0]), 0, 1)
  expect(collector.rows).toBe(1)
  expect(encodeBatch(collector.batch())).toEqual(encodeBatch(batchOf([3])))
})
