import { join } from 'node:path'
import { openExisting } from '../files/durable.ts'
import type { File, Files } from '../files/files.ts'
import { type JournalBeginning, readFileHeader } from '../journal/file-header.ts'
import { fileHeader, journalName, journalNumber } from '../journal/layout.ts'
import { type FoundFrame, type Gap, scanJournal } from '../journal/scan-journal.ts'
import type { ClosedJournal, Manifest } from '../state/manifest.ts'

/** A journal as a crash, or a close, left it. */
export interface FoundFile {
  readonly number: number
  readonly path: string
  /** null: it is missing, though the manifest names it. */
  readonly file: File | null
  readonly bytes: number
  /** The manifest says that nothing was added to it any more: what is bad in it is no torn tail. */
  readonly closed: boolean
  /** Some of its chunks were rewritten, dropped or erased. */
  readonly touched: boolean
  /** Rows of the log up to its end, where the manifest knows. */
  readonly closedRows: number | null
  readonly beginning: JournalBeginning | null
  readonly frames: readonly FoundFrame[]
  /** In order of their place, none of it in a frame. */
  readonly gaps: readonly Gap[]
}

/** Every journal that may hold commits, oldest first, read and checked whole. */
export async function readJournals(files: Files, directory: string, logId: Uint8Array, manifest: Manifest): Promise<readonly FoundFile[]> {
  const folder = join(directory, 'journals')
  const closed = new Map(manifest.journals.map((journal) => [journal.number, journal]))
  const newer = (await files.list(folder)).map(journalNumber).filter((number) => number !== null && number >= manifest.nextJournal && !closed.has(number))
  const reading = new JournalReading(files, logId)
  const found: FoundFile[] = []
  try {
    for (const number of [...closed.keys(), ...(newer as number[])].sort((a, b) => a - b)) {
      found.push(await reading.read(number, join(folder, journalName(number)), closed.get(number) ?? null))
    }
    return found
  } catch (error) {
    for (const { file } of found) await file?.close().catch(() => {})
    throw error
  }
}

class JournalReading {
  readonly #files: Files
  readonly #logId: Uint8Array
  /** Of the newest frame so far. */
  #commit = 0
  /** For all journals, one after the other: fresh memory for each costs more than reading it. */
  #memory: Uint8Array = new Uint8Array()

  constructor(files: Files, logId: Uint8Array) {
    this.#files = files
    this.#logId = logId
  }

  async read(number: number, path: string, known: ClosedJournal | null): Promise<FoundFile> {
    const about = { number, path, closed: known !== null, touched: known?.touched ?? false, closedRows: known?.rows ?? null }
    const file = known === null ? await this.#files.open(path, 'write') : await openExisting(this.#files, path)
    if (file === null) return { ...about, file, bytes: 0, beginning: null, frames: [], gaps: [{ at: 0, bytes: known?.bytes ?? 0 }] }
    try {
      return { ...about, file, ...this.#scan(number, await this.#content(file, known), known) }
    } catch (error) {
      await file.close().catch(() => {})
      throw error
    }
  }

  /** Behind the end of a closed journal may stand what was cut off again: a loss of power can undo that, where its sync failed. */
  async #content(file: File, known: ClosedJournal | null): Promise<Uint8Array> {
    const bytes = Math.min(await file.size(), known?.bytes ?? Number.POSITIVE_INFINITY)
    if (this.#memory.length < bytes) this.#memory = Buffer.allocUnsafeSlow(bytes)
    return this.#memory.subarray(0, await file.read(this.#memory.subarray(0, bytes), 0))
  }

  /** Where the bytes never came to the disk, those of a journal that was removed may stand: its number and its commits are lower. */
  #scan(number: number, content: Uint8Array, known: ClosedJournal | null): Pick<FoundFile, 'bytes' | 'beginning' | 'frames' | 'gaps'> {
    const bytes = content.length
    const header = readFileHeader(content, this.#logId)
    const beginning = header?.number === number ? header : null
    this.#commit = Math.max(this.#commit, beginning?.commit ?? 0)
    const { frames, gaps } = scanJournal(content, this.#logId, this.#commit)
    this.#commit = frames.at(-1)?.commit ?? this.#commit
    const head = beginning === null ? [{ at: 0, bytes: Math.min(bytes, fileHeader.bytes) }] : []
    const missing = (known?.bytes ?? 0) - bytes
    const tail = missing > 0 ? [{ at: bytes, bytes: missing }] : []
    return { bytes, beginning, frames, gaps: joined([...head, ...gaps, ...tail]) }
  }
}

/** What stands side by side is one. */
function joined(gaps: readonly Gap[]): readonly Gap[] {
  const found: Gap[] = []
  for (const gap of gaps) {
    const last = found.at(-1)
    if (last !== undefined && last.at + last.bytes === gap.at) found[found.length - 1] = { at: last.at, bytes: last.bytes + gap.bytes }
    else found.push(gap)
  }
  return found
}
