import type { PostgresqlSink } from '@millrace/api/schemas'
import type { RefusedRow, Sink, SinkOpening, SinkRows } from '../contract.ts'
import { pageArray, pageLines } from '../stores/page.ts'
import { shapeOf, storeName } from '../stores/store-names.ts'
import { usualLimits } from '../stores/time-limits.ts'
import { columnOf } from './column.ts'
import { Connection } from './connection.ts'
import { RowFault } from './failures.ts'
import { writeLines } from './halving.ts'
import { prepareTable, type Table } from './table.ts'
import { upsertOf } from './upsert.ts'

/**
 * What holds in a transaction whatever the database, the user or a pooler in between say otherwise: times are UTC, what is committed
 * is on the disk, and no constraint waits for the commit, which could not tell the row.
 */
const begin = `BEGIN; SET LOCAL statement_timeout = 30000; SET LOCAL TimeZone = 'UTC';
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'; SET CONSTRAINTS ALL IMMEDIATE`

export async function openSink({ settings }: SinkOpening<PostgresqlSink>, limits = usualLimits): Promise<Sink> {
  return new PostgresqlTable(settings, await Connection.open(settings, limits))
}

/** A row a key, so that rows which are written again change nothing. */
class PostgresqlTable implements Sink {
  private readonly settings: PostgresqlSink
  private readonly connection: Connection
  private shape = ''
  private upsert = ''

  constructor(settings: PostgresqlSink, connection: Connection) {
    this.settings = settings
    this.connection = connection
  }

  async write(rows: SinkRows): Promise<readonly RefusedRow[]> {
    await this.prepare(rows)
    try {
      await this.commit(() => this.connection.insert(this.upsert, pageArray(rows)))
      return []
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      await this.connection.query('ROLLBACK')
      return await this.commit(() => writeLines(this.connection, this.upsert, pageLines(rows)))
    }
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  /**
   * The commit goes only after the answer to what is written: of a page whose connection broke, PostgreSQL may still write the rows, but it holds
   * them against later pages until it knows that no commit comes.
   */
  private async commit<T>(write: () => Promise<T>): Promise<T> {
    await this.connection.query(begin)
    const written = await write()
    await this.connection.query('COMMIT')
    return written
  }

  private async prepare({ fields, key }: SinkRows): Promise<void> {
    const shape = shapeOf(fields)
    if (shape === this.shape) return
    const columns = fields.map(columnOf)
    const table: Table = {
      name: this.settings.table,
      columns,
      key: columns.find(({ name }) => name === storeName(key)) ?? columnOf({ name: key, type: 'string', nullable: false }),
      create: this.settings.create ?? true,
    }
    await this.commit(() => prepareTable(this.connection, table))
    this.upsert = upsertOf(table.name, columns, table.key)
    this.shape = shape
  }
}
