import type { MongodbSink } from '@millrace/api/schemas'
import { MongoBulkWriteError } from 'mongodb'
import type { RefusedRow, Sink, SinkOpening, SinkRows } from '../contract.ts'
import { lastRows, type PageRow } from '../stores/page.ts'
import { shortened } from '../stores/shortened.ts'
import { shapeOf } from '../stores/store-names.ts'
import { usualLimits } from '../stores/time-limits.ts'
import { Connection } from './connection.ts'
import { documentsOf, type StoredDocument } from './documents.ts'
import { isOfRow, type RowError } from './failures.ts'

/** Documents that are to be answered in one time limit: a slow server takes longer, and is not lost. */
const mostAtOnce = 100

export async function openSink({ settings }: SinkOpening<MongodbSink>, limits = usualLimits): Promise<Sink> {
  return new MongodbCollection(settings, await Connection.open(settings, limits))
}

/** A document a key, so that rows which are written again change nothing. */
class MongodbCollection implements Sink {
  private readonly settings: MongodbSink
  private readonly connection: Connection
  private shape = ''
  private toDocument: (row: PageRow) => StoredDocument = documentsOf([], '_id')

  constructor(settings: MongodbSink, connection: Connection) {
    this.settings = settings
    this.connection = connection
  }

  async write(rows: SinkRows): Promise<readonly RefusedRow[]> {
    this.prepare(rows)
    const last = lastRows(rows)
    const refused: RefusedRow[] = []
    for (let from = 0; from < last.length; from += mostAtOnce) refused.push(...(await this.replaceSome(last.slice(from, from + mostAtOnce))))
    return refused.toSorted((a, b) => a.row - b.row)
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  private async replaceSome(rows: readonly PageRow[]): Promise<readonly RefusedRow[]> {
    const documents = rows.map(this.toDocument)
    const errors = await this.replace(documents)
    return errors.length === 0 ? [] : await this.replaceEach(rows, documents)
  }

  /** Not every server of this protocol says which document of several it refuses, or takes those behind it. */
  private async replaceEach(rows: readonly PageRow[], documents: readonly StoredDocument[]): Promise<readonly RefusedRow[]> {
    const refused: RefusedRow[] = []
    for (const [index, { row }] of rows.entries()) {
      const [error] = await this.replace(documents.slice(index, index + 1))
      if (error !== undefined) refused.push({ row, reason: shortened(error.errmsg ?? 'it is refused') })
    }
    return refused
  }

  /** The documents are of different keys: their order means nothing. */
  private async replace(documents: readonly StoredDocument[]): Promise<readonly RowError[]> {
    const { database, collection } = this.settings
    const operations = documents.map((replacement) => ({ replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } }))
    return await this.connection.write(async (client) => {
      const target = client.db(database).collection<StoredDocument>(collection)
      return await target.bulkWrite(operations, { ordered: false }).then(() => [], rowErrorsIn)
    })
  }

  private prepare({ fields, key }: SinkRows): void {
    const shape = shapeOf(fields)
    if (shape === this.shape) return
    this.toDocument = documentsOf(fields, key)
    this.shape = shape
  }
}

/** Errors: the one that is no row's. */
function rowErrorsIn(error: unknown): readonly RowError[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error
  const errors = [error.writeErrors].flat()
  if (errors.length === 0 || !errors.every(isOfRow)) throw error
  return errors
}
