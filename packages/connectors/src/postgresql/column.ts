import type { Field } from '@millrace/plan'
import { escapeIdentifier, escapeLiteral } from 'pg'
import { refused } from '../failures.ts'
import { storeName } from '../stores/store-names.ts'

/** A column of the table, and where its values stand in a line. */
export interface Column {
  readonly name: string
  /** As PostgreSQL writes it. */
  readonly type: string
  /** Types that hold every value as well. */
  readonly wider: readonly string[]
  /** Of the line's members: `sensor`, `id`. */
  readonly path: readonly string[]
}

const types = {
  bool: ['boolean'],
  int32: ['integer', 'bigint', 'numeric', 'double precision'],
  int64: ['bigint', 'numeric'],
  float64: ['double precision'],
  string: ['text', 'character varying'],
  timestamp: ['timestamp with time zone', 'timestamp without time zone'],
  duration: ['bigint', 'numeric'],
} as const
const listTypes = ['jsonb', 'json'] as const

const mostBytes = 63

/** Errors: CONNECTOR_REFUSED where PostgreSQL would cut a name. */
export function columnOf({ name, type }: Field): Column {
  const [own, ...wider] = typeof type === 'string' ? types[type] : listTypes
  return { name: checkedName(storeName(name)), type: own, wider, path: name.split('.') }
}

/** Text of up to some length is one that may refuse a row, but changes none. */
export function holds(column: Column, type: string): boolean {
  return type === column.type || column.wider.includes(type.replace(/^(character varying)\(\d+\)$/, '$1'))
}

/** As written, capitals too: `[schema.]table`. Errors: CONNECTOR_REFUSED. */
export function quotedTable(table: string): string {
  return table
    .split('.')
    .map((part) => escapeIdentifier(checkedName(part)))
    .join('.')
}

/** A column's value of the row `r`, whose columns are the line's members. */
export function valueCode({ path: [member, ...inner], type }: Column): string {
  const found = `r.${escapeIdentifier(member as string)}`
  if (inner.length === 0) return found
  // The text of a list is its JSON.
  return `(${found} #>> ARRAY[${inner.map(escapeLiteral).join(', ')}])::${type}`
}

function checkedName(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name
  throw refused('PostgreSQL', `the name ${name} has more than ${mostBytes} bytes`)
}
