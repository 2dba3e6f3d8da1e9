import type { LogEvent } from '../events.ts'
import type { ReadAppend } from '../journal/directory.ts'
import type { DamagedPart, FoundFrame, Gap } from '../journal/scan-journal.ts'
import type { LogState } from '../state/log-state.ts'
import type { FoundFile } from './read-journals.ts'

/**
 * Tells of damage and counts what is lost: every commit says how many rows stood before it. Where nobody can tell whose rows are lost,
 * every tenant that was not seen since leaves out as many sequences, so that none is given twice. (Of closed journals the manifest
 * knows the sequences.)
 */
export class Losses {
  readonly #state: LogState
  readonly #report: (event: LogEvent) => void
  /** Rows up to here; null: not known. */
  #rows: number | null = null
  /** Damage of which the next commit tells how much is lost. */
  #gaps: { readonly file: string; readonly touched: boolean; readonly gap: Gap }[] = []
  /** Rows lost of unknown tenants: all, and when a tenant was seen last. */
  #unknown = 0
  readonly #unknownWhenSeen = new Map<string, number>()
  /** That is being told of. */
  #journal: Pick<FoundFile, 'path' | 'closed' | 'touched'> | null = null

  constructor(state: LogState, report: (event: LogEvent) => void) {
    this.#state = state
    this.#report = report
  }

  get rows(): number {
    return this.#rows ?? 0
  }

  /** A journal begins behind so many rows; null: its header is damaged. */
  begin(rows: number | null, journal: FoundFile): void {
    if (rows !== null && this.#gaps.length > 0) this.#settle(rows)
    this.#rows ??= rows
    this.#journal = journal
  }

  gap(gap: Gap): void {
    const { path, touched } = this.#journal!
    this.#gaps.push({ file: path, touched, gap })
  }

  frame({ rowsBefore, rows }: FoundFrame): void {
    this.#settle(rowsBefore)
    this.#rows = rowsBefore + rows
  }

  part({ at, bytes, rows, what, append }: DamagedPart): void {
    const { path, closed, touched } = this.#journal!
    const missing = append === null ? (touched ? null : rows) : this.#stillHere(append)
    this.#report({ kind: 'damage', file: path, offset: at, bytes, rows: missing, what })
    if (append !== null) this.#leaveOut(append.tenant, append.sequence + rows)
    else if (!closed) this.#unknown += rows
  }

  seen(tenant: string): void {
    this.#unknownWhenSeen.set(tenant, this.#unknown)
  }

  /** `rows`: as many had the log when its manifest was saved. */
  finish(rows: number): void {
    if (this.#gaps.length > 0) this.#settle(Math.max(rows, this.rows))
    for (const tenant of this.#state.tenants.values()) tenant.nextSequence += this.#unknown - (this.#unknownWhenSeen.get(tenant.name) ?? 0)
    this.#state.firstSequence += this.#unknown
  }

  /** The rows before the next commit are known: what is missing was lost in the gaps. */
  #settle(rowsBefore: number): void {
    const lost = this.#rows === null ? null : rowsBefore - this.#rows
    const rows = lost === 0 || (this.#gaps.length === 1 && !this.#gaps[0]!.touched) ? lost : null
    for (const { file, gap } of this.#gaps) this.#report({ kind: 'damage', file, offset: gap.at, bytes: gap.bytes, rows, what: 'commits that cannot be read' })
    this.#unknown += this.#journal!.closed ? 0 : (lost ?? 0)
    this.#rows = rowsBefore
    this.#gaps = []
  }

  /** Rows of an append that were not rewritten yet. */
  #stillHere({ tenant, chunks }: ReadAppend): number {
    const streams = this.#state.tenants.get(tenant)?.streams
    return chunks.reduce((sum, { stream, sequence, rows }) => sum + (sequence >= (streams?.get(stream)?.journalFrom ?? 0) ? rows : 0), 0)
  }

  #leaveOut(tenant: string, next: number): void {
    const known = this.#state.tenants.get(tenant)
    if (known !== undefined) known.nextSequence = Math.max(known.nextSequence, next)
    else this.#state.firstSequence = Math.max(this.#state.firstSequence, next)
  }
}
