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
  const found: FoundFile[] = []
  let commit = 0
  for (const number of [...closed.keys(), ...(newer as number[])].sort((a, b) => a - b)) {
    const journal = await readJournal(files, join(folder, journalName(number)), number, logId, closed.get(number), commit)
    commit = journal.frames.at(-1)?.commit ?? commit
    found.push(journal)
  }
  return found
}

async function readJournal(
  files: Files,
  path: string,
  number: number,
  logId: Uint8Array,
  known: ClosedJournal | undefined,
  afterCommit: number,
): Promise<FoundFile> {
  const closed = known !== undefined
  const touched = known?.touched ?? false
  const closedRows = known?.rows ?? null
  const file = closed ? await openExisting(files, path) : await files.open(path, 'write')
  if (file === null)
    return { number, path, file, bytes: 0, closed, touched, closedRows, beginning: null, frames: [], gaps: [{ at: 0, bytes: known?.bytes ?? 0 }] }
  // Behind the end of a closed journal may stand what was cut off again: a loss of power can undo that, where its sync failed.
  const bytes = new Uint8Array(Math.min(await file.size(), known?.bytes ?? Number.POSITIVE_INFINITY))
  const content = bytes.subarray(0, await file.read(bytes, 0))
  const beginning = readFileHeader(content, logId)
  const { frames, gaps } = scanJournal(content, logId, afterCommit)
  const all = [...(beginning === null ? [{ at: 0, bytes: Math.min(content.length, fileHeader.bytes) }] : []), ...gaps]
  const missing = (known?.bytes ?? 0) - content.length
  if (missing > 0) all.push({ at: content.length, bytes: missing })
  return { number, path, file, bytes: content.length, closed, touched, closedRows, beginning, frames, gaps: all }
}
