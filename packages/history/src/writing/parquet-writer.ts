import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api'
import type { KeptRows } from '../files/manifest.ts'
import { sqlList, sqlText } from '../sql-text.ts'
import { fillVector } from './fill-vector.ts'
import type { StagedColumn } from './staged-column.ts'

const vectorRows = 2048
/** Chunks loaded before the thread does something else for a moment: some milliseconds. */
const chunksPerTurn = 2

/** Writes Parquet files through a DuckDB of its own: only the platform's own SQL ever runs in it. */
export class ParquetWriter {
  private readonly connection: DuckDBConnection
  private readonly instance: DuckDBInstance

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance
    this.connection = connection
  }

  static async open(memoryBytes: number, temporaryDirectory: string): Promise<ParquetWriter> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${Math.ceil(memoryBytes / 1024)}KiB`,
      temp_directory: temporaryDirectory,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    return new ParquetWriter(instance, await instance.connect())
  }

  /** An empty staging table for such columns. */
  async begin(columns: readonly StagedColumn[]): Promise<void> {
    await this.connection.run(`CREATE OR REPLACE TEMP TABLE staging (${columns.map(({ staged }, at) => `c${at} ${staged}`).join(', ')})`)
  }

  /** Loads rows [from, to), column by column. */
  async load(columns: readonly StagedColumn[], from: number, to: number): Promise<void> {
    const types = columns.map(({ staged }) => staged)
    const appender = await this.connection.createAppender('staging')
    for (let row = from, chunks = 1; row < to; row += vectorRows, chunks++) {
      const count = Math.min(vectorRows, to - row)
      const chunk = DuckDBDataChunk.create(types, count)
      for (const [at, { column }] of columns.entries()) fillVector(chunk.getColumnVector(at), column, row, count)
      appender.appendDataChunk(chunk)
      if (chunks % chunksPerTurn === 0) await setImmediate()
    }
    appender.closeSync()
  }

  /** The staged rows of each day; expressions are over the staging table. */
  async groups({ day, entry, accepted, time }: GroupSql): Promise<readonly Group[]> {
    const sql = `SELECT (${day})::DOUBLE, count(*)::DOUBLE, min(${entry}), max(${entry}), max(${accepted}), min(${time}), max(${time}) FROM staging GROUP BY 1 ORDER BY 1`
    const rows = (await this.connection.runAndReadAll(sql)).getRows() as readonly (readonly number[])[]
    return rows.map(([number, count, first, last, newestMs, fromMs, toMs]) => ({ day: number, rows: count, first, last, newestMs, fromMs, toMs }) as Group)
  }

  /** Writes what a query gives, in its order; answers the bytes of the file. */
  async write(query: string, path: string): Promise<number> {
    mkdirSync(dirname(path), { recursive: true })
    await this.connection.run(`COPY (${query}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`)
    return statSync(path).size
  }

  /** Writes the rows of files of the same columns as one file. */
  join(paths: readonly string[], path: string): Promise<number> {
    return this.write(`SELECT * FROM read_parquet(${sqlList(paths)}, hive_partitioning = false)`, path)
  }

  /** Columns of a query, with their types. */
  async shape(query: string): Promise<readonly { readonly name: string; readonly type: string }[]> {
    const rows = (await this.connection.runAndReadAll(`DESCRIBE ${query}`)).getRowObjects()
    return rows.map(({ column_name, column_type }) => ({ name: String(column_name), type: String(column_type) }))
  }

  /** The memory of the staging table is given back. */
  async clear(): Promise<void> {
    await this.connection.run('DROP TABLE IF EXISTS staging')
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }
}

export interface GroupSql {
  readonly day: string
  readonly entry: string
  readonly accepted: string
  readonly time: string
}

/** Rows of one day. */
export interface Group extends KeptRows {
  readonly day: number
}
