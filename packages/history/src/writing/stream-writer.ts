import type { Log, Piece } from '@millrace/log'
import { type KeptFile, type Manifest, pathOf, together, withShape } from '../files/manifest.ts'
import type { StreamFolder } from '../files/stream-folder.ts'
import type { Followed } from '../followed.ts'
import { compactable } from './compactable.ts'
import { sentPiece } from './writer-tasks.ts'
import type { Staging, WritingProcess } from './writing-process.ts'

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
  private readonly writing: WritingProcess

  constructor(followed: Followed, folder: StreamFolder, log: Log, writing: WritingProcess) {
    this.followed = followed
    this.folder = folder
    this.log = log
    this.writing = writing
  }

  /** Writes what the log holds beyond the folder's position, at most about `maxRows`; answers what was written, and whether there may be more. */
  async write(maxRows: number): Promise<Written> {
    await this.folder.prepare()
    const { tenant, stream } = this.followed
    const reader = this.log.reader({ tenant, streams: [stream], from: this.folder.manifest.position })
    try {
      return await this.writing.staged(async (staging) => {
        let rows = 0
        let position = this.folder.manifest.position
        for (let pieces = await reader.read(readBytes); pieces.length > 0; pieces = rows < maxRows ? await reader.read(readBytes) : []) {
          for (const piece of pieces) {
            if (piece.chunk.kind === 'batch') {
              const sent = sentPiece(piece)
              if (!(await staging.load(sent))) {
                await this.commit(staging, position)
                await staging.load(sent)
              }
              rows += piece.to - piece.from
            }
            position = endOf(piece)
          }
          position = reader.position
        }
        await this.commit(staging, position)
        return { rows, missed: reader.missed, more: rows >= maxRows }
      })
    } finally {
      reader.close()
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

  /** Whether `maintain` would do anything. */
  needsMaintenance(nowMs: number): boolean {
    const { files } = this.folder.manifest
    return this.young(nowMs).length < files.length || compactable(files) !== null
  }

  /** The staged rows become files; with the manifest that names them the position moves on. */
  private async commit(staging: Staging, position: number): Promise<void> {
    const { manifest, directory } = this.folder
    if (position === manifest.position) return
    const { shape, files } = await staging.commit({ followed: this.followed, directory, nextFile: manifest.nextFile })
    if (files.length === 0) return this.folder.replace({ ...manifest, position })
    const { shapes, index } = withShape(manifest.shapes, shape)
    const written = files.map((file): KeptFile => ({ ...file, shape: index }))
    await this.folder.sync(files.map(({ path }) => path))
    await this.folder.replace({ ...manifest, position, nextFile: manifest.nextFile + files.length, shapes, files: [...manifest.files, ...written] })
  }

  private async dropAged(nowMs: number): Promise<boolean> {
    const { manifest } = this.folder
    const files = this.young(nowMs)
    if (files.length === manifest.files.length) return false
    await this.folder.replace({ ...manifest, files })
    return true
  }

  private young(nowMs: number): readonly KeptFile[] {
    const { maxAgeMs } = this.followed
    const { files } = this.folder.manifest
    return maxAgeMs === undefined ? files : files.filter(({ newestMs }) => nowMs - newestMs < maxAgeMs)
  }

  private async joinFiles(files: readonly KeptFile[]): Promise<void> {
    const { manifest } = this.folder
    const { day, shape } = files[0] as KeptFile
    const path = pathOf(day, manifest.nextFile)
    const bytes = await this.writing.join(
      files.map((file) => this.folder.pathOf(file.path)),
      this.folder.pathOf(path),
    )
    await this.folder.sync([path])
    await this.folder.replace(joinedManifest(manifest, files, { path, day, shape, bytes }))
  }
}

function joinedManifest(manifest: Manifest, files: readonly KeptFile[], made: Pick<KeptFile, 'path' | 'day' | 'shape' | 'bytes'>): Manifest {
  const gone = new Set(files.map(({ path }) => path))
  const joined: KeptFile = { ...together(files), ...made }
  const kept = [...manifest.files.filter(({ path }) => !gone.has(path)), joined].sort((a, b) => a.first - b.first)
  return { ...manifest, nextFile: manifest.nextFile + 1, files: kept }
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
