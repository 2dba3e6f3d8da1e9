import { type Batch, decodeBatch } from '@millrace/columns'
import type { Log, Piece } from '@millrace/log'
import { type KeptFile, type Manifest, pathOf, withShape } from '../files/manifest.ts'
import type { StreamFolder } from '../files/stream-folder.ts'
import type { Followed } from '../followed.ts'
import { compactable } from './compactable.ts'
import { stagedColumns } from './file-columns.ts'
import type { ParquetWriter } from './parquet-writer.ts'
import { resultIdSql } from './result-id-sql.ts'
import { placesOf } from './rows-of-piece.ts'
import type { StagedColumn } from './staged-column.ts'

export interface Written {
  readonly rows: number
  /** Rows that cannot be read from the log, as they are damaged. */
  readonly missed: number
  readonly more: boolean
}

const readBytes = 8 << 20

/** Carries one stream from the log into its folder. Nothing is held between two calls: the log is the buffer. */
export class StreamWriter {
  readonly followed: Followed
  readonly folder: StreamFolder
  private readonly log: Log
  private readonly parquet: ParquetWriter

  constructor(followed: Followed, folder: StreamFolder, log: Log, parquet: ParquetWriter) {
    this.followed = followed
    this.folder = folder
    this.log = log
    this.parquet = parquet
  }

  /** Writes what the log holds beyond the folder's position, at most about `maxRows`; answers what was written, and whether there may be more. */
  async write(maxRows: number): Promise<Written> {
    const { tenant, stream } = this.followed
    const reader = this.log.reader({ tenant, streams: [stream], from: this.folder.manifest.position })
    try {
      let rows = 0
      let shape: Batch['fields'] | null = null
      let loaded: readonly StagedColumn[] | null = null
      let position = this.folder.manifest.position
      while (rows < maxRows) {
        const pieces = await reader.read(readBytes)
        if (pieces.length === 0) break
        for (const piece of pieces) {
          if (piece.chunk.kind === 'batch') {
            const batch = decodeBatch(piece.chunk.payload)
            if (shape !== null && loaded !== null && !sameFields(shape, batch.fields)) {
              await this.commit(loaded, shape, position)
              loaded = null
            }
            const columns = stagedColumns(batch, placesOf(piece))
            if (loaded === null) await this.parquet.begin(columns)
            await this.parquet.load(columns, piece.from, piece.to)
            loaded = columns
            shape = batch.fields
            rows += piece.to - piece.from
          }
          position = endOf(piece)
        }
        position = reader.position
      }
      if (loaded !== null && shape !== null) await this.commit(loaded, shape, position)
      else if (position > this.folder.manifest.position) await this.folder.replace({ ...this.folder.manifest, position })
      return { rows, missed: reader.missed, more: rows >= maxRows }
    } finally {
      reader.close()
      await this.parquet.clear()
    }
  }

  /** Small files of a day become one; files past their age go. Answers whether anything changed. */
  async maintain(nowMs: number): Promise<boolean> {
    const aged = await this.dropAged(nowMs)
    let joined = false
    for (let files = compactable(this.folder.manifest.files); files !== null; files = compactable(this.folder.manifest.files)) {
      await this.joinFiles(files)
      joined = true
    }
    return aged || joined
  }

  /** The staged rows become a file a day; with the manifest that names them the position moves on. */
  private async commit(columns: readonly StagedColumn[], fields: Batch['fields'], position: number): Promise<void> {
    const { manifest } = this.folder
    const dayOf = this.daySql(columns, fields)
    const entry = `c${columns.length - 2}`
    const query = this.selectSql(columns, fields)
    const { shapes, index } = withShape(manifest.shapes, await this.parquet.shape(query))
    const files: KeptFile[] = []
    let nextFile = manifest.nextFile
    for (const { day, rows, first, last, newestMs } of await this.parquet.groups(dayOf, entry, `c${columns.length - 1}`)) {
      const path = pathOf(day, nextFile++)
      const bytes = await this.parquet.write(`${query} WHERE (${dayOf}) = ${day}`, this.folder.pathOf(path))
      files.push({ path, day, rows, bytes, shape: index, first, last, newestMs })
    }
    await this.folder.sync(files.map(({ path }) => path))
    await this.folder.replace({ ...manifest, position, nextFile, shapes, files: [...manifest.files, ...files] })
  }

  private selectSql(columns: readonly StagedColumn[], fields: Batch['fields']): string {
    const { tenant, result } = this.followed
    const shown = columns.filter((_, at) => fields[at]?.name.startsWith('$order') !== true).map(({ sql }) => sql)
    const id = result === undefined ? [] : [`${resultIdSql(tenant, result, fields)} AS result_id`]
    return `SELECT ${[...id, ...shown].join(', ')} FROM staging`
  }

  /** Days since 1970: of a result's time, of the column that was named, else of the acceptance. */
  private daySql(columns: readonly StagedColumn[], fields: Batch['fields']): string {
    const accepted = `c${columns.length - 1}`
    const at = fields.findIndex(({ name, type }) => type === 'timestamp' && (name === '$time' || name === this.followed.timeColumn))
    return `floor(${at < 0 ? accepted : `coalesce(c${at}, ${accepted})`} / 86400000)`
  }

  private async dropAged(nowMs: number): Promise<boolean> {
    const { maxAgeMs } = this.followed
    const { manifest } = this.folder
    if (maxAgeMs === undefined) return false
    const files = manifest.files.filter(({ newestMs }) => nowMs - newestMs < maxAgeMs)
    if (files.length === manifest.files.length) return false
    await this.folder.replace({ ...manifest, files })
    return true
  }

  private async joinFiles(files: readonly KeptFile[]): Promise<void> {
    const { manifest } = this.folder
    const { day, shape } = files[0] as KeptFile
    const path = pathOf(day, manifest.nextFile)
    const bytes = await this.parquet.join(
      files.map((file) => this.folder.pathOf(file.path)),
      this.folder.pathOf(path),
    )
    await this.folder.sync([path])
    await this.folder.replace(joinedManifest(manifest, files, { path, day, shape, bytes }))
  }
}

function joinedManifest(manifest: Manifest, files: readonly KeptFile[], made: Pick<KeptFile, 'path' | 'day' | 'shape' | 'bytes'>): Manifest {
  const gone = new Set(files.map(({ path }) => path))
  const joined: KeptFile = {
    ...made,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    first: Math.min(...files.map(({ first }) => first)),
    last: Math.max(...files.map(({ last }) => last)),
    newestMs: Math.max(...files.map(({ newestMs }) => newestMs)),
  }
  const kept = [...manifest.files.filter(({ path }) => !gone.has(path)), joined].sort((a, b) => a.first - b.first)
  return { ...manifest, nextFile: manifest.nextFile + 1, files: kept }
}

function sameFields(left: Batch['fields'], right: Batch['fields']): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right)
}

/** The sequence behind a piece's last row. */
function endOf({ chunk, to }: Piece): number {
  let left = to
  for (let run = 0; run < chunk.runs.count; run++) {
    const rows = chunk.runs.rows[run] as number
    if (left <= rows) return (chunk.runs.sequence[run] as number) + left
    left -= rows
  }
  return 0
}
