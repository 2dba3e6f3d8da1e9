import { type Field, MillraceError } from '@millrace/plan'
import type { RowsWriter } from './ndjson-writer.ts'
import { writeDecimal, writeWhole } from './write-number.ts'
import { writeCsvText } from './write-text.ts'
import { TimeWriter } from './write-time.ts'
import { columnCode, roomCode, textRoomCode, valueCode } from './writer-code.ts'

const valueBytes = 36

/** One line a row; missing values are empty fields. `guard`: formulas of spreadsheets are made harmless. */
export function csvWriter(fields: readonly Field[], separator: number, guard: boolean, withIds: boolean): RowsWriter {
  const list = fields.find((field) => typeof field.type !== 'string')
  if (list !== undefined) throw new MillraceError('FORMAT_FIELDS', { column: list.name, format: 'CSV' })
  const columns = fields.map((field, i) => fieldCode(field, i, separator, guard))
  const next = `bytes[p] = ${separator}; p = p + 1 | 0;`
  const identity = `ids.write(row, view, p); p = p + 32 | 0; ${next} p = writeWhole(out, p, revision === null ? 0 : revision[row]); ${next}`
  const code = `'use strict';
return function write(rows, out, ids) {
  const { batch, selection, revision } = rows, count = rows.count | 0;
  let { bytes, view } = out, capacity = bytes.length - 16 | 0, p = 0;
  ${columnCode(fields)}
  for (let i = 0; i < count; i = i + 1 | 0) {
    const row = selection[i];
    ${roomCode(`(${fields.length * valueBytes + 64} + ${textRoomCode(fields, 2)})`)}
    ${withIds ? identity : ''}
    ${columns.join(`\n${next}\n`)}
    bytes[p] = 10; p = p + 1 | 0;
  }
  return p;
}`
  const times = fields.map(() => new TimeWriter())
  return new Function('writeWhole', 'writeDecimal', 'writeCsvText', 'times', code)(writeWhole, writeDecimal, writeCsvText, times) as RowsWriter
}

function fieldCode(field: Field, i: number, separator: number, guard: boolean): string {
  const write = valueCode(field, i, `p = writeCsvText(out, p, d${i}, o${i}[c${i}[row]], o${i}[c${i}[row] + 1], ${separator}, ${guard});`)
  return field.nullable ? `if (v${i} === null || (v${i}[row >> 3] >> (row & 7) & 1) !== 0) { ${write} }` : write
}
