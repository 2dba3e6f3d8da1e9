import type { Field } from '@millrace/plan'
import { refused } from './failures.ts'

/** A row as `JSON.parse` gives it. */
export type Row = Readonly<Record<string, unknown>>

/**
 * A text in which `{column}` stands for the value of a column: a string as it is, all else as JSON, a missing value as nothing. Columns of nested
 * values have dots. Errors: CONNECTOR_REFUSED (it names a column that the rows do not have).
 */
export function compileTemplate(system: string, template: string, fields: readonly Field[]): (row: Row) => string {
  const pieces = template.split(/\{([^{}]*)\}/)
  const paths = pieces.map((piece, index) => (index % 2 === 1 ? pathOf(system, piece, fields) : []))
  return (row) => {
    let text = pieces[0]!
    for (let index = 1; index < pieces.length; index += 2) text += textOf(valueAt(row, paths[index]!)) + pieces[index + 1]
    return text
  }
}

function pathOf(system: string, column: string, fields: readonly Field[]): readonly string[] {
  if (fields.some(({ name }) => name === column)) return column.split('.')
  const names = fields.map(({ name }) => name).join(', ')
  throw refused(system, `the rows have no column ${column}; there are: ${names.length > 200 ? `${names.slice(0, 200)} ...` : names}`)
}

function valueAt(row: Row, path: readonly string[]): unknown {
  let value: unknown = row
  for (const name of path) value = typeof value === 'object' && value !== null ? (value as Row)[name] : undefined
  return value
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
