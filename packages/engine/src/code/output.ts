import { type Batch, type Column, Dictionary } from '@millrace/columns'
import type { Field, ScalarType } from '@millrace/plan'
import { type Code, type ColumnNames, never } from './scope.ts'

/** A dictionary that computed strings fill is replaced before it outgrows this. */
const maxEntries = 1 << 16

/** The columns that an operator fills, row by row or at chosen rows, and hands on as a batch. */
export class OutputColumns implements Batch {
  readonly fields: readonly Field[]
  columns: Column[] = []
  rows = 0
  capacity = 0

  constructor(fields: readonly Field[], capacity = 0) {
    this.fields = fields
    this.allocate(capacity)
  }

  /** Makes room for `rows` rows and forgets what stood there: all present, all zero. */
  clear(rows: number): void {
    if (rows > this.capacity) this.allocate(Math.max(rows, this.capacity * 2))
    for (const column of this.columns) clearColumn(column)
  }

  /** Makes room for `capacity` rows; what stands here stays. */
  grow(capacity: number): void {
    const before = this.columns
    this.allocate(capacity)
    this.columns = this.columns.map((column, at) => keep(before[at] as Column, column))
  }

  private allocate(capacity: number): void {
    this.capacity = capacity
    this.columns = this.fields.map((field) => emptyColumn(field, capacity))
  }
}

function keep(from: Column, to: Column): Column {
  if (from.kind === 'list' || to.kind === 'list') throw new Error('an operator hands lists on as they are')
  to.values.set(from.values)
  if (from.validity !== null) to.validity?.set(from.validity)
  if (from.kind === 'string') shareDictionary(to, from.dictionary)
  return to
}

function emptyColumn(field: Field, capacity: number): Column {
  const validity = field.nullable ? new Uint8Array((capacity + 7) >> 3).fill(255) : null
  if (typeof field.type === 'object') throw new Error('an operator hands lists on as they are')
  return scalarColumn(field.type, capacity, validity)
}

function scalarColumn(type: ScalarType, capacity: number, validity: Uint8Array | null): Column {
  switch (type) {
    case 'int32':
      return { kind: 'int32', values: new Int32Array(capacity), validity }
    case 'bool':
      return { kind: 'bool', values: new Uint8Array((capacity + 7) >> 3), validity }
    case 'string':
      return { kind: 'string', values: new Int32Array(capacity), dictionary: new Dictionary(), validity }
    default:
      return { kind: type, values: new Float64Array(capacity), validity }
  }
}

interface Refillable {
  dictionary: Dictionary
}

function clearColumn(column: Column): void {
  column.validity?.fill(255)
  if (column.kind === 'bool') column.values.fill(0)
  if (column.kind === 'string' && column.dictionary.size > maxEntries) shareDictionary(column, new Dictionary())
}

/** Lets a string column take its entry numbers from a dictionary of the operator's. */
export function shareDictionary(column: Column, dictionary: Dictionary): void {
  if (column.kind !== 'string') throw new Error('only strings have a dictionary')
  const own: Refillable = column
  own.dictionary = dictionary
}

/** Statement that stores a value at row `row` of output column `at`. The columns are cleared before. */
export function storeCode(at: number, field: Field, code: Code, row: string): string {
  const store = storeValue(at, field.type as ScalarType, code.value, row)
  if (code.missing === never) return `${code.before} ${store}`
  const absent = `ov${at}[${row} >> 3] &= ~(1 << (${row} & 7)); ${field.type === 'bool' ? '' : `o${at}[${row}] = 0;`}`
  return `${code.before} if (${code.missing}) { ${absent} } else { ${store} }`
}

function storeValue(at: number, type: ScalarType, value: string, row: string): string {
  if (type === 'bool') return `if (${value}) o${at}[${row} >> 3] |= 1 << (${row} & 7);`
  if (type === 'string') return `o${at}[${row}] = od${at}.internText(${value});`
  return `o${at}[${row}] = ${value};`
}

/** The names that `bindOutput` gives, to read back what was stored. */
export const outputNames: ColumnNames = { values: 'o', validity: 'ov', dictionary: 'od' }

/** Statements that bind the arrays of output columns under the names that `storeCode` uses. */
export function bindOutput(fields: readonly Field[], from: string): string {
  return fields.map((field, at) => bindOne(field, at, from)).join('\n')
}

function bindOne(field: Field, at: number, from: string): string {
  const lines = [`const o${at} = ${from}[${at}].values;`]
  if (field.nullable) lines.push(`const ov${at} = ${from}[${at}].validity;`)
  if (field.type === 'string') lines.push(`const od${at} = ${from}[${at}].dictionary;`)
  return lines.join(' ')
}
