import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MillraceError } from '@millrace/plan'

/** Folders that this process has open: a lock of the system does not tell a process from itself. */
const held = new Set<string>()

/**
 * Keeps other processes away from a folder until released. The system gives the lock back when the process ends, however it ends:
 * SQLite's exclusive transaction is the one such lock that Node offers without native code.
 */
export function lockFolder(directory: string): () => void {
  const folder = resolve(directory)
  if (held.has(folder)) throw new MillraceError('LOG_LOCKED', { directory, holder: `this process, ${process.pid}` })
  const holder = join(folder, 'lock.holder')
  const database = openDatabase(folder, directory, holder)
  held.add(folder)
  writeFileSync(holder, `process ${process.pid}`)
  return () => {
    database.close()
    held.delete(folder)
  }
}

function openDatabase(folder: string, directory: string, holder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'lock'))
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    throw new MillraceError('LOG_LOCKED', { directory, holder: holderOf(holder) }, { cause: error })
  }
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return 'unknown'
  }
}

/** SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
