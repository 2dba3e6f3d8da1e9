import type { Field, FieldType } from '@millrace/plan'
import type { RowValue } from '../stores/page.ts'
import { storeName } from '../stores/store-names.ts'

/** A column of the table, and how it gets its values. */
export interface Column {
  readonly name: string
  readonly type: string
  /** Of the line's members: `sensor`, `id`. */
  readonly path: readonly string[]
  readonly encode: (value: RowValue) => unknown
}

const types = { bool: 'boolean', int32: 'int', int64: 'bigint', float64: 'double', string: 'text', timestamp: 'timestamp', duration: 'bigint' } as const

export function columnOf({ name, type }: Field): Column {
  return { name: storeName(name), type: typeof type === 'string' ? types[type] : 'text', path: name.split('.'), encode: encoderOf(type) }
}

/** As written, capitals too. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function encoderOf(type: FieldType): (value: RowValue) => unknown {
  if (typeof type !== 'string') return (value) => (value === null ? null : JSON.stringify(value))
  if (type === 'timestamp') return (value) => (value === null ? null : new Date(value as string))
  return (value) => value
}
