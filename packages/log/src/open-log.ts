import { join, resolve } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { Background } from './background.ts'
import { seedOf } from './checksum.ts'
import { CommitLoop } from './commit/commit-loop.ts'
import { Waiters } from './commit/waiters.ts'
import { DurableLog } from './durable-log.ts'
import type { LogEvent } from './events.ts'
import { logError, reasonOf } from './failures.ts'
import { errorCode, makeDurableDirectory } from './files/durable.ts'
import type { Files } from './files/files.ts'
import { nodeFiles } from './files/node-files.ts'
import { JournalWriter } from './journal/journal-writer.ts'
import { lockFolder } from './lock.ts'
import type { Log, LogOptions } from './log.ts'
import { LogClock } from './log-clock.ts'
import { Chunks } from './reading/chunks.ts'
import { readOrBegin } from './recovery/read-or-begin.ts'
import { readProducers } from './recovery/read-producers.ts'
import { recover } from './recovery/recover.ts'
import { removeLeftovers } from './recovery/remove-leftovers.ts'
import { openSegments } from './segment/segment-store.ts'
import type { Segments } from './segment/segments.ts'
import { closeJournal } from './state/journal-file.ts'
import { type LogState, newState } from './state/log-state.ts'
import { restoreManifest } from './state/manifest.ts'
import { ManifestFile } from './state/manifest-file.ts'
import { JournalRelease } from './state/release-journals.ts'
import { Tail } from './state/tail.ts'

const mebibyte = 2 ** 20

/** Opens the log in a folder, or begins one there. What a crash left is put in order and reported first. */
export async function openLog(options: LogOptions): Promise<Log> {
  const directory = resolve(options.directory)
  const files = options.files ?? nodeFiles
  let unlock = (): void => {}
  try {
    await makeDurableDirectory(files, directory)
    // Other files than the machine's are one process's own.
    if (options.files === undefined) unlock = lockFolder(directory)
    // Not only for a new log: a crash may have left its manifest without it.
    await makeDurableDirectory(files, join(directory, 'journals'))
    return await open({ ...options, directory, files, report: options.report ?? (() => {}) }, unlock)
  } catch (error) {
    unlock()
    throw openingError(directory, error)
  }
}

type OpenOptions = LogOptions & { readonly files: Files; readonly report: (event: LogEvent) => void }

async function open(options: OpenOptions, unlock: () => void): Promise<Log> {
  const { directory, files, report } = options
  const manifest = await readOrBegin(files, directory, report)
  const id = Buffer.from(manifest.id, 'hex')
  const state = newState(id, seedOf(id))
  restoreManifest(state, manifest)
  await removeLeftovers(files, directory, manifest)
  await readProducers(files, directory, state, report)
  await recover(files, directory, state, manifest, report)
  try {
    return await start(options, state, unlock)
  } catch (error) {
    for (const journal of state.journals) await closeJournal(journal).catch(() => {})
    throw error
  }
}

/** A log that goes on from a recovered state, with a new journal. */
async function start(options: OpenOptions, state: LogState, unlock: () => void): Promise<Log> {
  const { directory, files, report, durability = 'fsync', journalBytes = 64 * mebibyte, tailBytes = 64 * mebibyte } = options
  const manifest = new ManifestFile(files, directory, state)
  const onClosed = (): void => {
    manifest.save().catch((error: unknown) => report({ kind: 'background-failed', work: 'saving the manifest', cause: reasonOf(error) }))
    wake()
  }
  /** So many journals may wait for a quiet moment. */
  const patience = (options.maxJournals ?? 16) / 4
  const wake = (): void => {
    const waiting = state.journals.filter(({ closed, chunks }) => closed && chunks > 0).length
    if (waiting > patience) background.wake()
    else if (waiting > 0) background.wakeWhenQuiet()
  }
  const writer = new JournalWriter({ files, directory, state, journalBytes, durability, report, onClosed })
  await writer.begin()
  await manifest.save()

  const clock = new LogClock(options.clock ?? Date.now, report, state.lastMs)
  const release = new JournalRelease(files, directory, state, manifest)
  const segments: Segments = openSegments({
    ...{ state, directory, files, report, durability, join: options.join, cacheBytes: options.cacheBytes },
    ...{ maxJournals: options.maxJournals, rewriteBytes: options.rewriteBytes },
    readJournal: (stream, chunk) => chunks.readJournal(stream, chunk),
    saveManifest: () => manifest.save(),
    releaseJournals: (all) => release.release(all),
    now: () => clock.now(),
  })
  const chunks = new Chunks(state, segments, report)
  const background = new Background({ work: () => segments.maintain(), commit: () => state.commit, report })
  const waiters = new Waiters()
  const { maxWaitingBytes = 256 * mebibyte, appended = () => {}, committed = () => {} } = options
  const commits = new CommitLoop({ directory, state, writer, clock, tail: new Tail(tailBytes), waiters, maxWaitingBytes, appended, committed })
  const end = async (clean: boolean): Promise<void> => {
    try {
      if (clean) await writer.end()
      // Without it the log is opened as after a crash: nothing is lost.
      if (clean) await manifest.save().catch((error: unknown) => report({ kind: 'background-failed', work: 'saving the manifest', cause: reasonOf(error) }))
    } finally {
      await Promise.allSettled(state.journals.map(closeJournal))
      unlock()
    }
  }
  wake()
  return new DurableLog({ directory, files, state, clock, commits, waiters, chunks, segments, background, report, end, rollJournal: () => writer.roll() })
}

/** What the system said, as an error that says what to do. */
function openingError(directory: string, error: unknown): unknown {
  if (!notWritable.has(errorCode(error))) return errorCode(error) === '' ? error : logError(directory, directory, error)
  return new MillraceError('LOG_NOT_WRITABLE', { directory, reason: reasonOf(error) }, { cause: error })
}

/** ENOENT: what Node says of a folder that it cannot make on a read-only file system. */
const notWritable: ReadonlySet<string> = new Set(['ENOENT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST'])
