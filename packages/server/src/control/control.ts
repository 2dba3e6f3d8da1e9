import { closeSync, openSync } from 'node:fs'
import { backup, DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { MillraceError } from '@millrace/plan'
import { type Migration, migrations } from './migrations.ts'

export type Row = Record<string, SQLOutputValue>

/** The control database: what tenants, keys, streams and apps there are, and who changed what. One process opens it at a time. */
export class Control {
  private readonly database: DatabaseSync
  private readonly synchronous: 'FULL' | 'NORMAL'
  private readonly statements = new Map<string, StatementSync>()

  private constructor(database: DatabaseSync, synchronous: 'FULL' | 'NORMAL') {
    this.database = database
    this.synchronous = synchronous
  }

  /** Opens or makes it, and brings it to this version's form. `durability` as that of the log. Errors: SERVER_CONTROL_NEWER. */
  static open(file: string, steps: readonly Migration[] = migrations, durability: 'fsync' | 'os' = 'fsync'): Control {
    // Hashes of keys and plans of tenants are nobody else's business.
    closeSync(openSync(file, 'a', 0o600))
    const database = new DatabaseSync(file)
    // FULL: a change that was answered survives a loss of power.
    const synchronous = durability === 'fsync' ? 'FULL' : 'NORMAL'
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000; PRAGMA secure_delete = ON`,
    )
    const control = new Control(database, synchronous)
    try {
      control.migrate(file, steps)
    } catch (error) {
      control.close()
      throw error
    }
    return control
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.statement(sql).all(...values)
  }

  one(sql: string, ...values: readonly SQLInputValue[]): Row | null {
    return this.statement(sql).get(...values) ?? null
  }

  /** Answers how many rows it changed. Errors: SERVER_DISK_FULL, and nothing was changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(written(() => this.statement(sql).run(...values)).changes)
  }

  /** All of `change` or nothing. Errors: SERVER_DISK_FULL. */
  transaction<T>(change: () => T): T {
    this.database.exec('BEGIN IMMEDIATE')
    try {
      const result = change()
      written(() => this.database.exec('COMMIT'))
      return result
    } catch (error) {
      // A full disk may have ended it already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw error
    }
  }

  /**
   * As `transaction`, for what is found in the log anew where it is lost: a loss of power may take it back, with what this database knows of how far it
   * came. It does not wait for the disk, on which the log writes at the same time.
   */
  derived<T>(change: () => T): T {
    this.database.exec('PRAGMA synchronous = NORMAL')
    try {
      return this.transaction(change)
    } finally {
      this.database.exec(`PRAGMA synchronous = ${this.synchronous}`)
    }
  }

  /** A database of its own, on the disk once this resolves, with everything that was changed before the call. */
  async copyTo(file: string): Promise<void> {
    closeSync(openSync(file, 'wx', 0o600))
    await backup(this.database, file, { rate: 1000 })
  }

  /** What was deleted is in none of its files any more. */
  purge(): void {
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.statements.clear()
    this.database.close()
  }

  private statement(sql: string): StatementSync {
    const found = this.statements.get(sql) ?? this.database.prepare(sql)
    this.statements.set(sql, found)
    return found
  }

  private migrate(file: string, steps: readonly Migration[]): void {
    this.database.exec('CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT')
    const found = Number(this.one('SELECT coalesce(max(step), 0) AS step FROM migrations')?.['step'])
    if (found > steps.length) throw new MillraceError('SERVER_CONTROL_NEWER', { file, found, known: steps.length })
    steps.slice(found).forEach(({ name, sql }, index) => {
      this.transaction(() => {
        this.database.exec(sql)
        this.run('INSERT INTO migrations VALUES (?, ?, ?)', found + index + 1, name, Date.now())
      })
    })
  }
}

/** SQLITE_FULL of its list of result codes. */
const full = 13

function written<T>(write: () => T): T {
  try {
    return write()
  } catch (cause) {
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === full) throw new MillraceError('SERVER_DISK_FULL', { retryAfterSeconds }, { cause })
    throw cause
  }
}

const retryAfterSeconds = 10
