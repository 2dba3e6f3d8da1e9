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
  /** The one that is being read. */
  #journal: FoundFile | null = null

  constructor(state: LogState, report: (event: LogEvent) => void) {
    this.#state = state
    this.#report = report
  }

  get rows(): number {
    return this.#rows ?? 0
  }

  /** A journal begins; its header, where it is whole, says behind how many rows. Where one before it was removed, nothing follows from that. */
  begin(journal: FoundFile): void {
    const rows = journal.beginning?.rows ?? null
    const follows = journal.number - 1 === this.#journal?.number
    if (follows && rows !== null) this.#settle(rows)
    if (!follows) {
      this.#settle(null)
      this.#rows = rows
    }
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

  /** The journal ends; of a closed one the manifest says behind how many rows. */
  end({ closedRows }: FoundFile): void {
    if (closedRows !== null) this.#settle(closedRows)
  }

  finish(): void {
    this.#settle(null)
    for (const tenant of this.#state.tenants.values()) tenant.nextSequence += this.#unknown - (this.#unknownWhenSeen.get(tenant.name) ?? 0)
    this.#state.firstSequence += this.#unknown
  }

  /** The rows up to here are known, or not: what is missing was lost in the gaps. */
  #settle(rowsBefore: number | null): void {
    const lost = this.#rows === null || rowsBefore === null ? null : rowsBefore - this.#rows
    // The end of a journal that is there no more leaves no gap.
    if (this.#gaps.length === 0 && lost !== null && lost > 0) this.gap({ at: this.#journal!.bytes, bytes: 0 })
    const rows = lost === 0 || (this.#gaps.length === 1 && !this.#gaps[0]!.touched) ? lost : null
    for (const { file, gap } of this.#gaps) this.#report({ kind: 'damage', file, offset: gap.at, bytes: gap.bytes, rows, what: 'commits that cannot be read' })
    if (lost !== null && this.#journal?.closed === false) this.#unknown += Math.max(0, lost)
    this.#rows = rowsBefore ?? this.#rows
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
