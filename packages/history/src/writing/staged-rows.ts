import { join } from 'node:path'
import { type Batch, decodeBatch } from '@millrace/columns'
import { pathOf, together } from '../files/manifest.ts'
import type { Followed } from '../followed.ts'
import { stagedColumns } from './file-columns.ts'
import type { Group, ParquetWriter } from './parquet-writer.ts'
import { resultIdSql } from './result-id-sql.ts'
import { placesOf } from './rows-of-piece.ts'
import type { StagedColumn } from './staged-column.ts'
import type { CommitTask, Committed, SentPiece } from './writer-tasks.ts'

type Fields = Batch['fields']

/** Of one go: each costs time, and streams of all tenants wait for it. */
const mostFiles = 64

/** Rows of one stream between the log and its files. */
export class StagedRows {
  private readonly parquet: ParquetWriter
  private staged: { readonly fields: Fields; readonly columns: readonly StagedColumn[] } | null = null

  constructor(parquet: ParquetWriter) {
    this.parquet = parquet
  }

  /** False: what is staged has other columns, and nothing was done. */
  async load(piece: SentPiece): Promise<boolean> {
    const batch = decodeBatch(piece.payload)
    if (this.staged !== null && !sameFields(this.staged.fields, batch.fields)) return false
    const columns = stagedColumns(batch, placesOf(piece))
    if (this.staged === null) await this.parquet.begin(columns)
    this.staged = { fields: batch.fields, columns }
    await this.parquet.load(columns, piece.from, piece.to)
    return true
  }

  /** A file a day, as far as they go; then nothing is staged. */
  async commit({ followed, directory, nextFile }: CommitTask): Promise<Committed> {
    if (this.staged === null) return { shape: [], files: [] }
    const { fields, columns } = this.staged
    const query = selectSql(followed, columns, fields)
    const times = timesSql(followed, columns, fields)
    const shape = await this.parquet.shape(query)
    const files: Committed['files'][number][] = []
    for (const { of, day, ...rows } of parts(await this.parquet.groups(times))) {
      const path = pathOf(day, nextFile + files.length)
      const bytes = await this.parquet.write(`${query} WHERE (${times.day}) ${of}`, join(directory, path))
      files.push({ path, day, bytes, ...rows })
    }
    await this.clear()
    return { shape, files }
  }

  /** Forgets what is staged; its memory is given back. */
  async clear(): Promise<void> {
    this.staged = null
    await this.parquet.clear()
  }
}

/** Rows of one file: `of` says of which days. Where there are too many of them, those with the fewest rows go together. */
function parts(groups: readonly Group[]): readonly (Group & { readonly of: string })[] {
  const byRows = groups.toSorted((a, b) => b.rows - a.rows)
  const own = groups.length <= mostFiles ? groups : byRows.slice(0, mostFiles - 1)
  const others = byRows.slice(own.length)
  const files = own.map((group) => ({ ...group, of: `= ${group.day}` }))
  if (others.length === 0) return files
  const day = others.reduce((earliest, group) => Math.min(earliest, group.day), Number.POSITIVE_INFINITY)
  return [...files, { ...together(others), day, of: `NOT IN (${own.map((group) => group.day).join(', ')})` }]
}

function selectSql({ tenant, result }: Followed, columns: readonly StagedColumn[], fields: Fields): string {
  const shown = columns.filter((_, at) => fields[at]?.name.startsWith('$order') !== true).map(({ sql }) => sql)
  const id = result === undefined ? [] : [`${resultIdSql(tenant, result, fields)} AS result_id`]
  return `SELECT ${[...id, ...shown].join(', ')} FROM staging`
}

/** Of a result its time, of a record the column that was named, else its acceptance. */
function timesSql({ timeColumn }: Followed, columns: readonly StagedColumn[], fields: Fields) {
  const entry = `c${columns.length - 2}`
  const accepted = `c${columns.length - 1}`
  const at = fields.findIndex(({ name, type }) => type === 'timestamp' && (name === '$time' || name === timeColumn))
  const time = at < 0 ? accepted : `coalesce(c${at}, ${accepted})`
  return { entry, accepted, time, day: `floor(${time} / 86400000)` }
}

function sameFields(left: Fields, right: Fields): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
