import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from './failures.ts'

/**
 * Keeps others away from a folder, in this process too, until released. The system gives the lock back when the process ends, however
 * it ends: SQLite's exclusive transaction is the one such lock that Node offers without native code.
 */
export function lockFolder(folder: string): () => void {
  const database = lock(folder)
  return () => database.close()
}

function lock(folder: string): DatabaseSync {
  const holder = join(folder, 'lock.holder')
  let database: DatabaseSync | null = null
  try {
    database = openDatabase(join(folder, 'lock'))
    database.exec('BEGIN EXCLUSIVE')
    writeFileSync(holder, `process ${process.pid}`)
    return database
  } catch (cause) {
    database?.close()
    if (isBusy(cause)) throw new MillraceError('LOG_LOCKED', { directory: folder, holder: holderOf(holder) }, { cause })
    throw new MillraceError('LOG_NOT_WRITABLE', { directory: folder, reason: reasonOf(cause) }, { cause })
  }
}

/** Early releases of Node 24 warn that the module is an experiment. What is used of it here is SQLite's own. */
function openDatabase(path: string): DatabaseSync {
  const warn = process.emitWarning
  process.emitWarning = () => {}
  try {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    return new DatabaseSync(path)
  } finally {
    process.emitWarning = warn
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
