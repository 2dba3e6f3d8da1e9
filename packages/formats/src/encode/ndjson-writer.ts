import { type Batch, type Column, isSet, type Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import type { ResultIds } from '../result-id.ts'
import { type Member, membersOf } from './object-tree.ts'
import type { Output } from './output.ts'
import { writeAscii, writeDecimal, writeWhole } from './write-number.ts'
import { writeJsonText } from './write-text.ts'
import { TimeWriter } from './write-time.ts'
import { columnCode, literalCode, roomCode, textRoomCode, valueCode } from './writer-code.ts'

/** Writes the selected rows; answers how many bytes. */
export type RowsWriter = (rows: Rows, out: Output, ids: ResultIds | null) => number

const texts = new TextEncoder()
/** A number, a time, true, null. */
const valueBytes = 32

/** One object a line, generated for the fields. Names are in the code only as numbers: the bytes of their JSON text. */
export function ndjsonWriter(fields: readonly Field[], withIds: boolean): RowsWriter {
  const parts = new ObjectCode(fields, withIds)
  const fixed = parts.literalBytes + fields.length * valueBytes + 64
  const code = `'use strict';
return function write(rows, out, ids) {
  const { batch, selection, revision } = rows, count = rows.count | 0;
  let { bytes, view } = out, capacity = bytes.length - 16 | 0, p = 0;
  ${columnCode(fields)}
  for (let i = 0; i < count; i = i + 1 | 0) {
    const row = selection[i];
    const needed = ${fixed} + ${textRoomCode(fields, 6)} | 0;
    ${roomCode('needed')}
    ${parts.code}
  }
  return p;
}`
  const times = fields.map(() => new TimeWriter())
  const make = new Function('writeWhole', 'writeDecimal', 'writeJsonText', 'writeList', 'times', code)
  return make(writeWhole, writeDecimal, writeJsonText, writeList, times) as RowsWriter
}

class ObjectCode {
  readonly code: string
  literalBytes = 0
  private readonly fields: readonly Field[]
  private pending = ''
  private readonly out: string[] = []

  constructor(fields: readonly Field[], withIds: boolean) {
    this.fields = fields
    this.pending = '{'
    if (withIds) this.writeIdentity()
    this.writeMembers(membersOf(fields), !withIds)
    this.pending += '}\n'
    this.flush()
    this.code = this.out.join('\n')
  }

  private writeIdentity(): void {
    this.pending += '"_id":"'
    this.flush()
    this.out.push('ids.write(row, view, p); p = p + 32 | 0;')
    this.pending += '","_revision":'
    this.flush()
    this.out.push('if (revision === null) { bytes[p] = 48; p = p + 1 | 0; } else p = writeWhole(out, p, revision[row]);')
  }

  private writeMembers(members: readonly Member[], first: boolean): void {
    for (const [i, member] of members.entries()) {
      this.pending += `${i === 0 && first ? '' : ','}${JSON.stringify(member.name)}:`
      if ('members' in member) {
        this.pending += '{'
        this.writeMembers(member.members, true)
        this.pending += '}'
      } else this.writeColumn(this.fields[member.column] as Field, member.column)
    }
  }

  private writeColumn(field: Field, column: number): void {
    const isText = field.type === 'string' || field.type === 'timestamp'
    if (isText && !field.nullable) this.pending += '"'
    this.flush()
    const quoted = (code: string) => `bytes[p] = 34; p = p + 1 | 0; ${code} bytes[p] = 34; p = p + 1 | 0;`
    const write = this.writeCode(field, column)
    if (!field.nullable) this.out.push(write)
    else {
      const missing = 'view.setInt32(p, 0x6c6c756e, true); p = p + 4 | 0;'
      this.out.push(`if (v${column} !== null && (v${column}[row >> 3] >> (row & 7) & 1) === 0) { ${missing} } else { ${isText ? quoted(write) : write} }`)
    }
    if (isText && !field.nullable) this.pending += '"'
  }

  private writeCode(field: Field, i: number): string {
    if (typeof field.type !== 'string')
      return `p = writeList(out, p, column${i}, row); out.room(p, needed); bytes = out.bytes; view = out.view; capacity = bytes.length - 16 | 0;`
    return valueCode(field, i, `p = writeJsonText(out, p, d${i}, o${i}[c${i}[row]], o${i}[c${i}[row] + 1]);`)
  }

  private flush(): void {
    const bytes = texts.encode(this.pending)
    this.pending = ''
    this.literalBytes += bytes.length
    if (bytes.length > 0) this.out.push(literalCode(bytes))
  }
}

const elementTimes = new TimeWriter()

/** A list as a JSON array: objects, or the plain values of a list of them. */
function writeList(out: Output, at: number, column: Column, row: number): number {
  if (column.kind !== 'list') return at
  const { offsets, elements } = column
  let p = writeByte(out, at, 91)
  for (let element = offsets[row] as number; element < (offsets[row + 1] as number); element++) {
    if (element > (offsets[row] as number)) p = writeByte(out, p, 44)
    if (elements.fields.length === 1 && elements.fields[0]?.name === '') p = writeElement(out, p, elements.columns[0] as Column, element)
    else p = writeObject(out, p, elements, membersOf(elements.fields), element)
  }
  return writeByte(out, p, 93)
}

function writeObject(out: Output, at: number, batch: Batch, members: readonly Member[], row: number): number {
  let p = writeByte(out, at, 123)
  for (const [i, member] of members.entries()) {
    const name = texts.encode(`${i > 0 ? ',' : ''}${JSON.stringify(member.name)}:`)
    out.room(p, name.length)
    out.bytes.set(name, p)
    p += name.length
    p = 'members' in member ? writeObject(out, p, batch, member.members, row) : writeElement(out, p, batch.columns[member.column] as Column, row)
  }
  return writeByte(out, p, 125)
}

function writeElement(out: Output, at: number, column: Column, row: number): number {
  out.room(at, valueBytes)
  if (column.validity !== null && !isSet(column.validity, row)) return writeAscii(out, at, 'null')
  switch (column.kind) {
    case 'list':
      return writeList(out, at, column, row)
    case 'bool':
      return writeAscii(out, at, isSet(column.values, row) ? 'true' : 'false')
    case 'float64':
      return writeDecimal(out, at, column.values[row] as number)
    case 'timestamp':
      return writeByte(out, elementTimes.write(out, writeByte(out, at, 34), column.values[row] as number), 34)
    case 'string': {
      const { bytes, offsets } = column.dictionary
      const entry = column.values[row] as number
      const from = offsets[entry] as number
      const to = offsets[entry + 1] as number
      out.room(at, 6 * (to - from) + 2)
      return writeByte(out, writeJsonText(out, writeByte(out, at, 34), bytes, from, to), 34)
    }
    default:
      return writeWhole(out, at, column.values[row] as number)
  }
}

function writeByte(out: Output, at: number, byte: number): number {
  out.room(at, 1)
  out.bytes[at] = byte
  return at + 1
}
