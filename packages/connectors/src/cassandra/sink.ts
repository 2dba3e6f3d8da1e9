import type { CassandraSink } from '@millrace/api/schemas'
import type { RefusedRow, Sink, SinkOpening, SinkRows } from '../contract.ts'
import { lost } from '../failures.ts'
import { lastRows, type PageRow, valueAt } from '../stores/page.ts'
import { shortened } from '../stores/shortened.ts'
import { shapeOf, storeName } from '../stores/store-names.ts'
import { usualLimits } from '../stores/time-limits.ts'
import { columnOf, quoted } from './column.ts'
import { Connection } from './connection.ts'
import { isOfRow } from './failures.ts'
import { faultOf, placeOf, prepareTable, type Table } from './table.ts'

/** Rows under way at once. */
const mostAtOnce = 64

export async function openSink({ settings }: SinkOpening<CassandraSink>, limits = usualLimits): Promise<Sink> {
  return new CassandraTable(settings, await Connection.open(settings, limits))
}

/** A row a key, so that rows which are written again change nothing. */
class CassandraTable implements Sink {
  private readonly settings: CassandraSink
  private readonly connection: Connection
  private shape = ''
  private table: Table | null = null

  constructor(settings: CassandraSink, connection: Connection) {
    this.settings = settings
    this.connection = connection
  }

  async write(rows: SinkRows): Promise<readonly RefusedRow[]> {
    const table = await this.prepared(rows)
    const refusedRows = await this.connection.within(() => this.insert(table, lastRows(rows)))
    if (refusedRows.length === 0) return refusedRows
    const fault = await faultOf(this.connection, table)
    if (fault !== null) throw lost('Cassandra', `it was changed meanwhile: ${fault.fault}`)
    return refusedRows.toSorted((a, b) => a.row - b.row)
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  /** The rows are of different keys: their order means nothing. */
  private async insert(table: Table, rows: readonly PageRow[]): Promise<readonly RefusedRow[]> {
    const statement = insertInto(table)
    const refusedRows: RefusedRow[] = []
    const waiting = rows.values()
    const insertRows = async (): Promise<void> => {
      for (const { row, tree } of waiting) {
        const values = table.columns.map(({ path, encode }) => encode(valueAt(tree, path)))
        await this.connection.execute(statement, values).catch((error: unknown) => {
          if (!isOfRow(error)) throw error
          refusedRows.push({ row, reason: shortened(error.message) })
        })
      }
    }
    await Promise.all(Array.from({ length: Math.min(mostAtOnce, rows.length) }, insertRows))
    return refusedRows
  }

  private async prepared({ fields, key }: SinkRows): Promise<Table> {
    const shape = shapeOf(fields)
    if (this.table !== null && shape === this.shape) return this.table
    const { keyspace, table: name, dataCenter, create } = this.settings
    const table: Table = { keyspace, name, dataCenter, columns: fields.map(columnOf), key: storeName(key), create: create ?? true }
    await prepareTable(this.connection, table)
    this.shape = shape
    this.table = table
    return table
  }
}

function insertInto(table: Table): string {
  const names = table.columns.map(({ name }) => quoted(name)).join(', ')
  return `INSERT INTO ${placeOf(table)} (${names}) VALUES (${table.columns.map(() => '?').join(', ')})`
}
