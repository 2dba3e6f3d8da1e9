import { basename, dirname, join } from 'node:path'
import { createAnew, errorCode, removeIfThere } from '../files/durable.ts'
import type { File, Files } from '../files/files.ts'
import type { StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import type { Rows } from './chunk-bytes.ts'
import type { DirectoriesToSync } from './directories-to-sync.ts'
import { fileSafe, segmentName } from './file-safe.ts'
import { SegmentWriter } from './segment-writer.ts'

/** Where segments are written. */
export interface SegmentPlace {
  readonly files: Files
  /** The log's folder. */
  readonly directory: string
  readonly logId: Uint8Array
  /** null: nothing is synced. */
  readonly directories: DirectoriesToSync | null
}

/** Of the log's folder. */
export const segmentsFolder = 'segments'
/** What an unfinished segment has behind its name. */
const unfinished = '.new'

/**
 * Writes chunks of a stream as segments, a new one whenever the last is large enough. Each is written under another name, synced and
 * renamed. The names are durable once `directories` were synced.
 */
export class SegmentSeries {
  readonly #place: SegmentPlace
  readonly #stream: StreamState
  readonly #largestBytes: number
  readonly #entries: SegmentEntry[] = []
  #open: { readonly file: File; readonly writer: SegmentWriter; readonly path: string } | null = null

  constructor(place: SegmentPlace, stream: StreamState, largestBytes: number) {
    this.#place = place
    this.#stream = stream
    this.#largestBytes = largestBytes
  }

  async add(chunk: Rows): Promise<void> {
    this.#open ??= await this.#create(chunk.runs.sequence[0] as number)
    await this.#open.writer.add(chunk)
    if (this.#open.writer.bytes >= this.#largestBytes) await this.#finishSegment()
  }

  async finish(): Promise<readonly SegmentEntry[]> {
    await this.#finishSegment()
    return this.#entries
  }

  /** Closes and removes what was written. */
  async abandon(): Promise<void> {
    const { files, directory } = this.#place
    const open = this.#open
    this.#open = null
    if (open !== null) {
      await open.writer.abandon()
      await open.file.close()
      await removeIfThere(files, dirname(open.path), basename(open.path))
    }
    for (const { file } of this.#entries) await removeIfThere(files, join(directory, segmentsFolder), file)
  }

  async #create(firstSequence: number): Promise<{ file: File; writer: SegmentWriter; path: string }> {
    const { directories, files, logId } = this.#place
    const path = join(this.#root, this.#folder, `${segmentName(firstSequence, 0)}${unfinished}`)
    const file = await this.#createFile(files, path)
    return { file, writer: new SegmentWriter(file, { logId, tenant: this.#stream.tenant.name, stream: this.#stream.name }, directories !== null), path }
  }

  /** An erasure may remove the folder as often as it is made. */
  async #createFile(files: Files, path: string, attempts = 3): Promise<File> {
    try {
      return await createAnew(files, path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || attempts === 0) throw error
      await files.makeDirectory(dirname(path))
      return this.#createFile(files, path, attempts - 1)
    }
  }

  async #finishSegment(): Promise<void> {
    if (this.#open === null) return
    const { files, directories } = this.#place
    const { file, writer, path } = this.#open
    const { bytes, rows, records, firstSequence, lastSequence, firstIngestionMs, lastIngestionMs } = await writer.finish()
    if (directories !== null) await file.sync()
    const name = segmentName(firstSequence, lastSequence)
    await files.rename(path, join(dirname(path), name))
    this.#open = null
    const times = { firstMs: firstIngestionMs, lastMs: lastIngestionMs }
    this.#entries.push({ file: `${this.#folder}/${name}`, bytes, rows, ...(records < rows && { records }), firstSequence, lastSequence, ...times })
    await file.close()
    directories?.add(dirname(path), this.#stream.segments.length > 0 ? dirname(path) : this.#place.directory)
  }

  get #root(): string {
    return join(this.#place.directory, segmentsFolder)
  }

  get #folder(): string {
    return streamFolder(this.#stream)
  }
}

/** Of a stream, in the folder of segments. */
export function streamFolder({ tenant, name }: StreamState): string {
  return `${fileSafe(tenant.name)}/${fileSafe(name)}`
}
