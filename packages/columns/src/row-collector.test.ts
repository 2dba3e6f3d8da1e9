import type { Field } from '@millrace/plan'
import { expect, it } from 'vitest'
import type { Batch } from './batch.ts'
import { BatchBuilder, type ListBuilder } from './batch-builder.ts'
import type { BoolBuilder } from './bool-builder.ts'
import { encodeBatch } from './encode-batch.ts'
import type { Float64Builder, Int32Builder } from './number-builder.ts'
import { RowCollector } from './row-collector.ts'
import type { StringBuilder } from './string-builder.ts'

const fields: readonly Field[] = [
  { name: 'number', type: 'int32', nullable: true },
  { name: 'time', type: 'timestamp', nullable: false },
  { name: 'text', type: 'string', nullable: true },
  { name: 'flag', type: 'bool', nullable: true },
  { name: 'list', type: { list: [{ name: 'word', type: 'string', nullable: true }] }, nullable: true },
]

/** Rows of numbers: missing where a number is divisible by five, and a list as long as the number modulo three. */
function batchOf(numbers: readonly number[]): Batch {
  const builder = new BatchBuilder(fields)
  const [number, time, text, flag, list] = builder.columns as readonly [Int32Builder, Float64Builder, StringBuilder, BoolBuilder, ListBuilder]
  for (const value of numbers) {
    const row = builder.addRow()
    time.set(row, value * 1000)
    if (value % 5 === 0) for (const column of [number, text, flag, list]) column.setMissing(row)
    else {
      number.set(row, value)
      text.set(row, `text ${value % 7}`)
      flag.set(row, value % 2 === 0)
      list.begin(row)
      for (let i = 0; i < value % 3; i++) {
        const element = list.elements.addRow()
        const words = list.elements.columns[0] as StringBuilder
        if (i === 1) words.setMissing(element)
        else words.set(element, `word ${value}`)
      }
      list.finish(row)
    }
  }
  return builder.batch()
}

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
