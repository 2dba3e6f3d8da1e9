import type { File } from '../files/files.ts'
import { sharedMemory } from '../shared-memory.ts'

/** A journal that is there, open for reading as long as chunks are only in it. */
export interface JournalFile {
  readonly number: number
  readonly path: string
  readonly file: File
  /** Up to the end of its last commit. */
  bytes: number
  /** Of the log, up to its end: once it is closed. */
  rows: number
  /** No commit is added any more. */
  closed: boolean
  /** Chunks that are only here; at 0 a closed journal can go. */
  chunks: number
  /** Some of its chunks were rewritten, dropped or erased: rows that cannot be read in it need not be lost. */
  touched: boolean
  /** Not all of it is as it was written: it is kept aside when it goes. */
  damaged: boolean
  /** Reads that are under way; it is closed when they are done. */
  reads: number
  gone: boolean
  /** All of it, while it is held in memory. */
  whole: Uint8Array | null
}

export function journalFile(number: number, path: string, file: File, bytes: number): JournalFile {
  return { number, path, file, bytes, rows: 0, closed: false, chunks: 0, touched: false, damaged: false, reads: 0, gone: false, whole: null }
}

/** Bytes in shared memory, up to the end of the file; null: the journal is gone. */
export async function readContent(journal: JournalFile, at: number, bytes: number): Promise<Uint8Array | null> {
  if (journal.gone) return null
  const content = new Uint8Array(sharedMemory(bytes))
  if (journal.whole !== null) {
    const found = journal.whole.subarray(at, at + bytes)
    content.set(found)
    return content.subarray(0, found.length)
  }
  return content.subarray(0, await readInto(journal, content, at))
}

/** Answers the bytes read: fewer at the end of the file. */
export async function readInto(journal: JournalFile, bytes: Uint8Array, at: number): Promise<number> {
  journal.reads++
  try {
    return await journal.file.read(bytes, at)
  } finally {
    journal.reads--
    if (journal.gone && journal.reads === 0) await journal.file.close()
  }
}

/** Closes it once nobody reads it any more. */
export async function closeJournal(journal: JournalFile): Promise<void> {
  if (journal.gone) return
  journal.gone = true
  if (journal.reads === 0) await journal.file.close()
}
