import { join } from 'node:path'
import type { LogEvent } from '../events.ts'
import { makeDurableDirectory, writeSyncedFile } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import { fileHeader } from '../journal/layout.ts'
import type { FoundFile } from './read-journals.ts'

/** A journal without its torn tail; `file` is null where nothing of it is left. */
export interface WholeFile extends FoundFile {
  /** Ends here: behind it stood a commit that was never acknowledged. */
  readonly cutAt: number | null
}

/**
 * Where the log ends in a commit that is not whole, with no commit behind it, a crash left it so: it was never acknowledged. In a journal that
 * was closed, or with a commit behind it, it is damage.
 */
export function findTornTail(journals: readonly FoundFile[]): readonly WholeFile[] {
  const last = journals.findLastIndex(({ frames }) => frames.length > 0)
  return journals.map((journal, index) => {
    if (journal.closed || index < last) return { ...journal, cutAt: null }
    const { frames, gaps } = journal
    const torn = frames.at(-1)?.damaged.length ? frames.at(-1)! : null
    const end = torn?.at ?? (frames.length === 0 ? 0 : frames.at(-1)!.at + frames.at(-1)!.bytes)
    const cutAt = torn?.at ?? gaps.find((gap) => gap.at >= end)?.at ?? null
    if (cutAt === null) return { ...journal, cutAt }
    return { ...journal, cutAt, frames: frames.filter(({ at }) => at < cutAt), gaps: gaps.filter(({ at }) => at < cutAt) }
  })
}

/** Keeps the tail aside, then cuts it off durably. */
export async function cutTail(
  files: Files,
  directory: string,
  { file, path, number, bytes, cutAt }: WholeFile,
  report: (event: LogEvent) => void,
): Promise<void> {
  if (file === null || cutAt === null) return
  const folder = join(directory, 'quarantine')
  const keptAs = join(folder, `${String(number).padStart(10, '0')}-${cutAt}.tail`)
  if (bytes > cutAt) {
    const tail = new Uint8Array(bytes - cutAt)
    await file.read(tail, cutAt)
    await makeDurableDirectory(files, folder)
    await writeSyncedFile(files, keptAs, [tail])
    await files.syncDirectory(folder)
    report({ kind: 'tail-cut', file: path, offset: cutAt, bytes: bytes - cutAt, keptAs })
  }
  await file.truncate(cutAt)
  await file.sync()
}

/** Whether nothing but its header is left of a journal. */
export function isEmpty({ frames, gaps, cutAt, bytes }: WholeFile): boolean {
  return frames.length === 0 && (cutAt !== null ? cutAt <= fileHeader.bytes : gaps.length === 0 && bytes <= fileHeader.bytes)
}
