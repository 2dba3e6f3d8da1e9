import { type DuckDBConnection, type DuckDBPreparedStatement, type DuckDBResult, StatementType } from '@duckdb/node-api'
import { sqlName, sqlText } from '../sql-text.ts'
import { answerPath } from './answer-path.ts'
import { writeArrow } from './arrow/write-arrow.ts'
import { openClosedDatabase } from './closed-database.ts'
import { jsonValue } from './json-values.ts'
import type { QueryDone, QueryFailed, QueryParam, QueryTask } from './messages.ts'

const utf8 = new TextEncoder()
/** Of what is told of a failure: the text of an error can be as long as a query likes. */
const reasonCharacters = 4096

/** Runs the one query of this process. */
export async function runQuery(task: QueryTask): Promise<QueryDone | QueryFailed> {
  const answer = answerPath(task)
  const { connection, answering } = await openClosedDatabase(task, answer)
  const interrupt = setTimeout(() => connection.interrupt(), task.limits.timeMs)
  try {
    const statement = await onlySelect(connection, task.sql)
    if ('kind' in statement) return statement
    bind(statement, task.params)
    const result = await statement.stream()
    return answer === null ? await asJson(result, task) : await asFile(answering, result, task, answer)
  } catch (error) {
    return failed(error)
  } finally {
    clearTimeout(interrupt)
  }
}

/** The statement, if there is one and it only reads. That no file can be reached does not depend on it. */
async function onlySelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement | QueryFailed> {
  const statements = await connection.extractStatements(sql)
  if (statements.count !== 1) return refused(`it holds ${statements.count} statements instead of one`)
  const statement = await statements.prepare(0)
  const { statementType } = statement
  return statementType === StatementType.SELECT ? statement : refused(`it is ${StatementType[statementType] ?? 'something'}, not SELECT`)
}

function refused(reason: string): QueryFailed {
  return { kind: 'failed', cause: 'refused', reason }
}

export function failed(error: unknown): QueryFailed {
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, reasonCharacters)
  if (reason.startsWith('INTERRUPT Error')) return { kind: 'failed', cause: 'interrupted', reason }
  if (reason.startsWith('Out of Memory Error')) return { kind: 'failed', cause: 'memory', reason }
  return { kind: 'failed', cause: reason.startsWith('Permission Error') ? 'refused' : 'sql', reason }
}

function bind(statement: DuckDBPreparedStatement, params: Readonly<Record<string, QueryParam>>): void {
  const named = Object.entries(params).map(([name, value]) => [name, Number.isSafeInteger(value) ? BigInt(value as number) : value] as const)
  const wanted = new Set(Array.from({ length: statement.parameterCount }, (_, at) => statement.parameterName(at + 1)))
  if (wanted.size > 0) statement.bind(Object.fromEntries(named.filter(([name]) => wanted.has(name))))
}

async function asJson(result: DuckDBResult, { limits }: QueryTask): Promise<QueryDone> {
  const names = result.deduplicatedColumnNames()
  const parts: string[] = []
  let bytes = 2
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return done(result, parts, false)
    for (const values of chunk.convertRows(jsonValue)) {
      const row = JSON.stringify(Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])))
      bytes += Buffer.byteLength(row) + 1
      if (parts.length >= limits.maxRows || bytes > limits.maxBytes) return done(result, parts, true)
      parts.push(row)
    }
  }
}

function done(result: DuckDBResult, parts: readonly string[], truncated: boolean): QueryDone {
  return { kind: 'done', columns: columnsOf(result), rows: parts.length, truncated, bytes: utf8.encode(`[${parts.join(',')}]`) }
}

function columnsOf(result: DuckDBResult): QueryDone['columns'] {
  const names = result.deduplicatedColumnNames()
  return result.columnTypes().map((type, at) => ({ name: names[at] as string, type: type.toString() }))
}

/** CSV and Parquet are written by DuckDB from what was taken of the answer. */
async function asFile(connection: DuckDBConnection, result: DuckDBResult, { limits, format }: QueryTask, path: string): Promise<QueryDone> {
  const columns = columnsOf(result)
  if (format === 'arrow') return { kind: 'done', columns, ...(await writeArrow(result, path, limits)), bytes: new Uint8Array(0) }
  // Names of an answer may differ in case only, those of a table may not; in the file DuckDB numbers them.
  await connection.run(`CREATE TEMP TABLE answer (${columns.map(({ type }, at) => `c${at} ${type}`).join(', ')})`)
  const appender = await connection.createAppender('answer')
  let rows = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0 || rows > limits.maxRows) break
    appender.appendDataChunk(chunk)
    rows += chunk.rowCount
  }
  appender.closeSync()
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd'
  const named = columns.map(({ name }, at) => `c${at} AS ${sqlName(name)}`).join(', ')
  await connection.run(`COPY (SELECT ${named} FROM answer LIMIT ${limits.maxRows}) TO ${sqlText(path)} (${options}, USE_TMP_FILE false)`)
  return { kind: 'done', columns, rows: Math.min(rows, limits.maxRows), truncated: rows > limits.maxRows, bytes: new Uint8Array(0) }
}
