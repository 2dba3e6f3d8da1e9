import type { ColumnNode, CsvFormat, StreamNode, TypeNode } from '@millrace/plan'
import { timeText } from './time-text.ts'

/** A record as a test writes it: by column name; a Date stands for a timestamp, undefined leaves a column out. */
export type RecordObject = Readonly<Record<string, unknown>>

/** Records in the stream's own format, one a line. `first`: a header that the format asks for stands before them. */
export function recordText(stream: StreamNode, records: readonly RecordObject[], first: boolean): string {
  const { format, schema } = stream
  if (format.kind !== 'csv') return records.map((record) => `${JSON.stringify(inputObject(schema.columns, record))}\n`).join('')
  const header = first && format.header === 'present' ? [csvLine(format, schema.columns.map(inputName))] : []
  return [...header, ...records.map((record) => csvLine(format, csvFields(schema.columns, record)))].join('')
}

function inputName(column: ColumnNode): string {
  return column.from ?? column.name
}

/** The record under the names of the input. What the schema does not know stays as it is. */
function inputObject(columns: readonly ColumnNode[], record: RecordObject): RecordObject {
  const known = new Map(columns.map((column) => [column.name, column]))
  const entries = Object.entries(record).map(([name, value]): [string, unknown] => {
    const column = known.get(name)
    return column === undefined ? [name, value] : [inputName(column), inputValue(column.type, value)]
  })
  return Object.fromEntries(entries)
}

function inputValue(type: TypeNode, value: unknown): unknown {
  if (value === null || value === undefined) return value
  if (type.kind === 'timestamp' && value instanceof Date) return timeText(type, value.getTime())
  if (type.kind === 'record' && isObject(value)) return inputObject(type.columns, value)
  if (type.kind === 'list' && Array.isArray(value)) return value.map((element) => inputValue(type.element, element))
  return value
}

function isObject(value: unknown): value is RecordObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function csvFields(columns: readonly ColumnNode[], record: RecordObject): readonly string[] {
  return columns.map((column) => {
    const value = inputValue(column.type, record[column.name])
    return value === null || value === undefined ? '' : String(value)
  })
}

function csvLine(format: CsvFormat, fields: readonly string[]): string {
  return `${fields.map((field) => csvField(format, field)).join(format.separator)}\n`
}

function csvField(format: CsvFormat, field: string): string {
  const plain = !field.includes(format.separator) && !/["\r\n]/.test(field)
  return plain ? field : `"${field.replaceAll('"', '""')}"`
}
