import { join } from 'node:path'
import type { LogEvent } from '../events.ts'
import type { Files } from '../files/files.ts'
import type { ReadAppend, ReadChunk } from '../journal/directory.ts'
import { journalName } from '../journal/layout.ts'
import type { FoundFrame } from '../journal/scan-journal.ts'
import { type JournalFile, journalFile } from '../state/journal-file.ts'
import { addJournalChunk, type JournalChunk, type LogState, streamOf, tenantOf } from '../state/log-state.ts'
import type { Manifest } from '../state/manifest.ts'
import { Losses } from './losses.ts'
import { readJournals } from './read-journals.ts'
import { rewriteLastCommit } from './rewrite-last.ts'
import { cutTail, findTornTail, isEmpty, type WholeFile } from './torn-tail.ts'

/** Brings a state, restored from its manifest, up to all that the journals hold. What it holds then is durable. */
export async function recover(files: Files, directory: string, state: LogState, manifest: Manifest, report: (event: LogEvent) => void): Promise<void> {
  const found = findTornTail(await readJournals(files, directory, state.id, manifest))
  try {
    await apply(files, directory, state, manifest, found, report)
  } catch (error) {
    for (const { file } of found) await file?.close().catch(() => {})
    throw error
  }
}

async function apply(
  files: Files,
  directory: string,
  state: LogState,
  manifest: Manifest,
  found: readonly WholeFile[],
  report: (event: LogEvent) => void,
): Promise<void> {
  const losses = new Losses(state, report)
  state.lastJournal = Math.max(state.lastJournal, manifest.nextJournal - 1, ...found.map(({ number }) => number))
  for (const journal of found) {
    await cutTail(files, directory, journal, report)
    losses.begin(journal)
    if (journal.file !== null && isEmpty(journal)) await removeEmpty(files, directory, journal)
    else await applyJournal(state, losses, journal)
  }
  losses.finish()
  for (const { producers } of state.tenants.values()) producers.restored()
  state.rows = Math.max(state.rows, losses.rows)
}

async function removeEmpty(files: Files, directory: string, { file, number }: WholeFile): Promise<void> {
  await file!.close()
  await files.remove(join(directory, 'journals', journalName(number)))
}

async function applyJournal(state: LogState, losses: Losses, found: WholeFile): Promise<void> {
  const { file, number, path, closed, frames } = found
  const journal = file === null ? null : journalFile(number, path, file, found.cutAt ?? found.bytes)
  if (journal !== null) journal.touched = found.touched
  if (file !== null && !closed) {
    await rewriteLastCommit(found)
    // The kernel may hold what it showed us in memory only: a process that died did not lose it, a loss of power would.
    await file.sync()
  }
  const gaps = [...found.gaps]
  for (const frame of frames) {
    while (gaps.length > 0 && gaps[0]!.at < frame.at) losses.gap(gaps.shift()!)
    losses.frame(frame)
    for (const part of frame.damaged) losses.part(part)
    applyFrame(state, losses, frame, journal!)
  }
  for (const gap of gaps) losses.gap(gap)
  losses.end(found)
  if (journal === null) return
  journal.rows = losses.rows
  journal.closed = true
  journal.damaged = found.gaps.length > 0 || frames.some((frame) => frame.damaged.length > 0)
  state.journals.push(journal)
}

function applyFrame(state: LogState, losses: Losses, frame: FoundFrame, journal: JournalFile): void {
  state.commit = Math.max(state.commit, frame.commit)
  state.lastMs = Math.max(state.lastMs, frame.logMs)
  for (const append of frame.appends) {
    applyRead(state, append, journal)
    losses.seen(append.tenant)
  }
}

function applyRead(state: LogState, { tenant: name, producer, sequence, chunks }: ReadAppend, journal: JournalFile): void {
  const tenant = tenantOf(state, name)
  for (const chunk of chunks) {
    const stream = streamOf(tenant, chunk.stream)
    if (chunk.sequence < stream.journalFrom) {
      journal.touched = true
      continue
    }
    addJournalChunk(stream, journalChunk(chunk, journal))
  }
  const last = chunks.at(-1)!
  tenant.nextSequence = Math.max(tenant.nextSequence, last.sequence + last.rows)
  if (producer === null || sequence < tenant.producersFrom) return
  tenant.producers.recall(producer.id, { sequence: producer.sequence, first: sequence, ingestionMs: last.lastMs, rows: chunks.map(({ rows }) => rows) })
}

function journalChunk({ stream: _, ...chunk }: ReadChunk, journal: JournalFile): JournalChunk {
  return { ...chunk, journal, payload: null, times: null, seen: null }
}
