import { join } from 'node:path'
import { errorCode } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import type { StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import { SegmentFile } from './segment-file.ts'

interface Opened {
  readonly file: Promise<SegmentFile>
  readers: number
  /** No longer kept: closed by its last reader. */
  gone: boolean
  /** Resolves when it was closed. */
  readonly closed: PromiseWithResolvers<void>
}

const mostOpen = 128

/** Segments that are open for reading. Those that nobody read for longest are closed; one that is removed stays readable for who reads it now. */
export class OpenSegments {
  readonly #files: Files
  /** The folder of segments. */
  readonly #directory: string
  readonly #seed: number
  readonly #opened: (entry: SegmentEntry, file: SegmentFile) => void
  readonly #open = new Map<string, Opened>()
  /** Those that are read to their end before they are closed. */
  readonly #leaving = new Set<Promise<void>>()

  /** `opened` hears of each file that was opened. */
  constructor(files: Files, directory: string, seed: number, opened: (entry: SegmentEntry, file: SegmentFile) => void) {
    this.#files = files
    this.#directory = directory
    this.#seed = seed
    this.#opened = opened
  }

  /** null: the file is missing. */
  async use<T>(stream: StreamState, entry: SegmentEntry, read: (file: SegmentFile) => Promise<T>): Promise<T | null> {
    const opened = this.#take(stream, entry)
    opened.readers++
    try {
      const file = await openedFile(opened.file)
      return file === null ? null : await read(file)
    } finally {
      opened.readers--
      if (opened.gone && opened.readers === 0) await close(opened)
    }
  }

  /** Closes it as soon as nobody reads it. */
  async forget(file: string): Promise<void> {
    const opened = this.#open.get(file)
    if (opened === undefined) return
    this.#open.delete(file)
    opened.gone = true
    const { promise } = opened.closed
    this.#leaving.add(promise)
    promise.then(() => this.#leaving.delete(promise))
    if (opened.readers === 0) await close(opened)
  }

  /** Waits for who reads. */
  async close(): Promise<void> {
    for (const file of [...this.#open.keys()]) await this.forget(file)
    await Promise.all(this.#leaving)
  }

  #take(stream: StreamState, entry: SegmentEntry): Opened {
    const known = this.#open.get(entry.file)
    if (known !== undefined) this.#open.delete(entry.file)
    const opened = known ?? this.#begin(stream, entry)
    this.#open.set(entry.file, opened)
    if (this.#open.size > mostOpen) this.#closeOldest()
    return opened
  }

  #begin({ tenant, name }: StreamState, entry: SegmentEntry): Opened {
    const path = join(this.#directory, entry.file)
    const file = SegmentFile.open(this.#files, path, { tenant: tenant.name, stream: name }, this.#seed)
    const opened = { file, readers: 0, gone: false, closed: Promise.withResolvers<void>() }
    file.then(
      (segment) => this.#opened(entry, segment),
      () => this.#open.get(entry.file) === opened && this.#open.delete(entry.file),
    )
    return opened
  }

  #closeOldest(): void {
    for (const [file, { readers }] of this.#open) {
      if (readers > 0) continue
      void this.forget(file)
      return
    }
  }
}

async function openedFile(file: Promise<SegmentFile>): Promise<SegmentFile | null> {
  try {
    return await file
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** What was only read may fail to close without harm. */
async function close({ file, closed }: Opened): Promise<void> {
  await file.then((segment) => segment.close()).catch(() => undefined)
  closed.resolve()
}
