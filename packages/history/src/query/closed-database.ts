import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { deciding } from '../epoch-begin.ts'
import { sqlList, sqlName } from '../sql-text.ts'
import type { QueryTable, QueryTask } from './messages.ts'

export interface ClosedDatabase {
  readonly connection: DuckDBConnection
  readonly answering: DuckDBConnection
}

/**
 * A database in memory that shows the tables a query names and can reach nothing else: no file but those of the tables and the
 * answer's, no network, no extension; and nobody can change that any more.
 */
export async function openClosedDatabase(task: QueryTask, answer: string | null): Promise<ClosedDatabase> {
  const { limits, directory } = task
  const tables = namedTables(task)
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    memory_limit: `${Math.ceil(limits.memoryBytes / 1024)}KiB`,
    temp_directory: `${directory}/spilled`,
    max_temp_directory_size: `${Math.ceil(limits.temporaryBytes / 1024)}KiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  await connection.run('CREATE SCHEMA latest')
  for (const table of tables) await createViews(connection, table)
  const paths = tables.flatMap((table) => table.paths)
  await connection.run(`SET allowed_paths = ${sqlList(answer === null ? paths : [...paths, answer])}`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  // An answer is written while the query still gives it, which takes a connection more.
  return { connection, answering: await instance.connect() }
}

/**
 * Making a view opens its files, so only those are made whose name stands somewhere in the query; of names that differ in case only, which
 * DuckDB does not tell apart, the one that stands there. A stream that never had a row has no columns, and so is no table.
 */
function namedTables({ sql, tables }: QueryTask): readonly QueryTable[] {
  const text = sql.replaceAll('""', '"')
  const known = tables.filter(({ paths, columns }) => paths.length > 0 || columns.length > 0)
  const exact = known.filter(({ name }) => text.includes(name.replaceAll('""', '"')))
  const taken = new Set(exact.map(({ name }) => name.toLowerCase()))
  const alike = known.filter(({ name }) => !taken.has(name.toLowerCase()) && text.toLowerCase().includes(name.toLowerCase().replaceAll('""', '"')))
  return [...exact, ...alike]
}

async function createViews(connection: DuckDBConnection, table: QueryTable): Promise<void> {
  const name = sqlName(table.name)
  await connection.run(`CREATE VIEW main.${name} AS ${rowsOf(table)}`)
  await connection.run(`CREATE VIEW latest.${name} AS ${table.results ? latestOf(table, `main.${name}`) : `SELECT * FROM main.${name}`}`)
}

function rowsOf({ paths, columns }: QueryTable): string {
  if (paths.length > 0) return `SELECT * FROM read_parquet(${sqlList(paths)}, union_by_name = true, hive_partitioning = false)`
  return `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${sqlName(name)}`).join(', ')} WHERE false`
}

/**
 * Of each result the newest: the highest epoch, then the highest revision (semantics R2); a row that came again is the same. What a later
 * epoch computed anew, and did not bring again, is none.
 */
function latestOf({ columns, epochs = [] }: QueryTable, from: string): string {
  const has = (name: string): boolean => columns.some((column) => column.name === name)
  const replaced = deciding(epochs).map(({ epoch, after }) => `(epoch < ${epoch} AND sequence > ${after})`)
  const where = replaced.length > 0 && has('epoch') && has('sequence') ? `WHERE (${replaced.join(' OR ')}) IS NOT TRUE ` : ''
  const order = ['epoch', 'revision', 'entry'].filter(has).map((name) => `${name} DESC NULLS LAST`)
  return `SELECT * FROM ${from} ${where}QUALIFY row_number() OVER (PARTITION BY result_id ORDER BY ${order.join(', ')}) = 1`
}
