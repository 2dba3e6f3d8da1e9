import { fileHeader } from '../journal/layout.ts'
import type { LogState } from '../state/log-state.ts'
import { type Manifest, manifestOf } from '../state/manifest.ts'

/** What a copy of a log holds: the manifest, and the journal of which only the begin belongs to it; null: all journals are closed. */
export interface Picture {
  readonly manifest: Manifest
  readonly openJournal: number | null
}

/**
 * The log between two commits: the newest journal ends where it ends now, as if it was closed. Taken in a turn of its own, in which no commit
 * is on its way from the disk to the state.
 */
export function pictureOf(state: LogState): Promise<Picture> {
  return new Promise((resolve) => setImmediate(() => resolve(pictureNow(state))))
}

function pictureNow(state: LogState): Picture {
  const journals = state.journals.filter(({ bytes }) => bytes > fileHeader.bytes)
  const manifest = {
    ...manifestOf(state),
    journals: journals.map(({ number, bytes, rows, closed, touched }) => ({ number, bytes, rows: closed ? rows : state.rows, touched })),
    nextJournal: state.lastJournal + 1,
  }
  return { manifest, openJournal: journals.find(({ closed }) => !closed)?.number ?? null }
}
