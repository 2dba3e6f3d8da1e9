import { MillraceError } from '@millrace/plan'
import { escapeIdentifier } from 'pg'
import { refused } from '../failures.ts'
import { type Column, holds, quotedTable } from './column.ts'
import type { Connection } from './connection.ts'

/** A table as rows are to be written to it. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly key: Column
  /** Whether it, and columns that it lacks, are made. */
  readonly create: boolean
}

interface Found {
  readonly name: string
  readonly type: string
  /** A row that says nothing of it is refused. */
  readonly needed: boolean
  /** No two rows have the same value. */
  readonly unique: boolean
}

/** A key is what ON CONFLICT can go by: an index over this column alone, of all rows, that is checked at once. */
const question = `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
  a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed,
  EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
    AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS unique
FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`

/** Resolves when rows can be written. Errors: CONNECTOR_REFUSED, with the statement that mends it. */
export async function prepareTable(connection: Connection, table: Table): Promise<void> {
  const mending = mendingOf(table, await connection.query<Found>(question, quotedTable(table.name)))
  if (mending === null) return
  if (!table.create || !mending.canBeDone) throw refused('PostgreSQL', `${mending.fault}: ${mending.statement}`)
  await connection.query(mending.statement).catch((error: unknown) => {
    throw withStatement(error, mending.statement)
  })
  // Another may have made it at the same time, with other columns.
  const still = mendingOf(table, await connection.query<Found>(question, quotedTable(table.name)))
  if (still !== null) throw refused('PostgreSQL', `${still.fault}: ${still.statement}`)
}

function withStatement(error: unknown, statement: string): unknown {
  if (!(error instanceof MillraceError) || error.code !== 'CONNECTOR_REFUSED') return error
  return refused('PostgreSQL', `${error.context['reason']}; others may: ${statement}`, error)
}

interface Mending {
  readonly fault: string
  readonly statement: string
  /** It changes nothing that is there. */
  readonly canBeDone: boolean
}

function mendingOf(table: Table, found: readonly Found[]): Mending | null {
  if (found.length === 0) return { fault: `there is no table ${table.name}`, statement: creation(table), canBeDone: true }
  const byName = new Map(found.map((column) => [column.name, column]))
  const missing = table.columns.filter(({ name }) => !byName.has(name))
  if (missing.length > 0) return { fault: `table ${table.name} lacks ${listOf(missing)}`, statement: addition(table, missing), canBeDone: true }
  return faultOf(table, byName)
}

function faultOf(table: Table, found: ReadonlyMap<string, Found>): Mending | null {
  const quoted = quotedTable(table.name)
  const mend = (fault: string, statement: string) => ({ fault: `table ${table.name} ${fault}`, statement, canBeDone: false })
  const narrow = table.columns.find((column) => !holds(column, found.get(column.name)?.type ?? ''))
  if (narrow !== undefined) {
    const fault = `has ${narrow.name} as ${found.get(narrow.name)?.type}, which does not hold its values`
    return mend(fault, `ALTER TABLE ${quoted} ALTER COLUMN ${nameOf(narrow)} TYPE ${narrow.type}`)
  }
  if (found.get(table.key.name)?.unique !== true) {
    return mend(`has no unique index on ${table.key.name}`, `CREATE UNIQUE INDEX ON ${quoted} (${nameOf(table.key)})`)
  }
  const ours = new Set(table.columns.map(({ name }) => name))
  const unfilled = [...found.values()].find(({ name, needed }) => needed && !ours.has(name))
  if (unfilled === undefined) return null
  return mend(`wants a value of ${unfilled.name}, and rows have none`, `ALTER TABLE ${quoted} ALTER COLUMN ${nameOf(unfilled)} DROP NOT NULL`)
}

function creation(table: Table): string {
  const columns = table.columns.map((column) => `${nameOf(column)} ${column.type}`).join(', ')
  return `CREATE TABLE IF NOT EXISTS ${quotedTable(table.name)} (${columns}, PRIMARY KEY (${nameOf(table.key)}))`
}

function addition(table: Table, missing: readonly Column[]): string {
  const columns = missing.map((column) => `ADD COLUMN IF NOT EXISTS ${nameOf(column)} ${column.type}`).join(', ')
  return `ALTER TABLE ${quotedTable(table.name)} ${columns}`
}

const listOf = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ')
const nameOf = ({ name }: { readonly name: string }): string => escapeIdentifier(name)
