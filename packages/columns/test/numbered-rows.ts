import type { Field } from '@millrace/plan'
import type { Batch } from '../src/batch.ts'
import { BatchBuilder, type ListBuilder } from '../src/batch-builder.ts'
import type { BoolBuilder } from '../src/bool-builder.ts'
import type { Float64Builder, Int32Builder } from '../src/number-builder.ts'
import type { StringBuilder } from '../src/string-builder.ts'

export const fields: readonly Field[] = [
  { name: 'number', type: 'int32', nullable: true },
  { name: 'time', type: 'timestamp', nullable: false },
  { name: 'text', type: 'string', nullable: true },
  { name: 'flag', type: 'bool', nullable: true },
  { name: 'list', type: { list: [{ name: 'word', type: 'string', nullable: true }] }, nullable: true },
]

/** Rows of numbers: missing where a number is divisible by five, and a list as long as the number modulo three. */
export function batchOf(numbers: readonly number[]): Batch {
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
