import { refused } from '../failures.ts'
import { type Column, quoted } from './column.ts'
import type { Connection } from './connection.ts'

/** A table as rows are to be written to it. */
export interface Table {
  readonly keyspace: string
  readonly name: string
  readonly dataCenter: string
  readonly columns: readonly Column[]
  readonly key: string
  /** Whether it, and columns that it lacks, are made. */
  readonly create: boolean
}

interface Found {
  readonly type: string
  readonly kind: string
}

/** Resolves when rows can be written. Errors: CONNECTOR_REFUSED, with the statement that mends it. */
export async function prepareTable(connection: Connection, table: Table): Promise<void> {
  const mending = await faultOf(connection, table)
  if (mending === null) return
  if (!table.create || !mending.canBeDone) throw refused('Cassandra', `${mending.fault}: ${mending.statement}`)
  await connection.query(mending.statement)
  const still = await faultOf(connection, table)
  if (still !== null) throw refused('Cassandra', `${still.fault}: ${still.statement}`)
}

export interface Mending {
  readonly fault: string
  readonly statement: string
  /** It changes nothing that is there. */
  readonly canBeDone: boolean
}

/** Why rows cannot be written to the table; null: they can. */
export async function faultOf(connection: Connection, table: Table): Promise<Mending | null> {
  const { keyspace, name, dataCenter } = table
  const keyspaces = await connection.query('SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?', [keyspace])
  if (keyspaces.length === 0) {
    const statement = `CREATE KEYSPACE ${quoted(keyspace)} WITH replication = {'class': 'NetworkTopologyStrategy', '${dataCenter}': 3}`
    return { fault: `there is no keyspace ${keyspace}`, statement, canBeDone: false }
  }
  const question = 'SELECT column_name, type, kind FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?'
  const rows = await connection.query(question, [keyspace, name])
  return mendingOf(table, new Map(rows.map((row) => [row['column_name'], { type: row['type'], kind: row['kind'] }])))
}

function mendingOf(table: Table, found: ReadonlyMap<string, Found>): Mending | null {
  if (found.size === 0) return { fault: `there is no table ${table.name}`, statement: creation(table), canBeDone: true }
  const keys = [...found].filter(([, { kind }]) => kind === 'partition_key' || kind === 'clustering').map(([name]) => name)
  if (keys.join() !== table.key) {
    return { fault: `table ${table.name} has the primary key ${keys.join(', ')}; make another one`, statement: creation(table), canBeDone: false }
  }
  const missing = table.columns.filter(({ name }) => !found.has(name))
  if (missing.length > 0)
    return { fault: `table ${table.name} lacks ${missing.map(({ name }) => name).join(', ')}`, statement: addition(table, missing), canBeDone: true }
  const other = table.columns.find(({ name, type }) => found.get(name)?.type !== type)
  if (other === undefined) return null
  const fault = `table ${table.name} has ${other.name} as ${found.get(other.name)?.type}, not ${other.type}`
  return { fault, statement: `ALTER TABLE ${placeOf(table)} DROP ${quoted(other.name)}`, canBeDone: false }
}

function creation(table: Table): string {
  return `CREATE TABLE IF NOT EXISTS ${placeOf(table)} (${table.columns.map(definition).join(', ')}, PRIMARY KEY (${quoted(table.key)}))`
}

function addition(table: Table, missing: readonly Column[]): string {
  return `ALTER TABLE ${placeOf(table)} ADD (${missing.map(definition).join(', ')})`
}

export const placeOf = ({ keyspace, name }: Table): string => `${quoted(keyspace)}.${quoted(name)}`
const definition = ({ name, type }: Column): string => `${quoted(name)} ${type}`
