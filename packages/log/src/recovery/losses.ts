import type { LogEvent } from '../events.ts'
import type { DamagedPart, FoundFrame, Gap } from '../journal/scan-journal.ts'
import type { LogState } from '../state/log-state.ts'

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
  #gaps: { readonly file: string; readonly gap: Gap }[] = []
  /** Rows lost of unknown tenants: all, and when a tenant was seen last. */
  #unknown = 0
  readonly #unknownWhenSeen = new Map<string, number>()
  #closed = false

  constructor(state: LogState, report: (event: LogEvent) => void) {
    this.#state = state
    this.#report = report
  }

  get rows(): number {
    return this.#rows ?? 0
  }

  /** A journal begins behind so many rows; null: its header is damaged. */
  begin(rows: number | null, closed: boolean): void {
    if (rows !== null && this.#gaps.length > 0) this.#settle(rows)
    this.#rows ??= rows
    this.#closed = closed
  }

  gap(file: string, gap: Gap): void {
    this.#gaps.push({ file, gap })
  }

  frame({ rowsBefore, rows }: FoundFrame): void {
    this.#settle(rowsBefore)
    this.#rows = rowsBefore + rows
  }

  part(file: string, { at, bytes, rows, what, append }: DamagedPart): void {
    this.#report({ kind: 'damage', file, offset: at, bytes, rows, what })
    if (append === null) this.#unknown += this.#closed ? 0 : rows
    else this.#leaveOut(append.tenant, append.sequence + rows)
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
    const rows = this.#gaps.length === 1 || lost === 0 ? lost : null
    for (const { file, gap } of this.#gaps) this.#report({ kind: 'damage', file, offset: gap.at, bytes: gap.bytes, rows, what: 'commits that cannot be read' })
    this.#unknown += this.#closed ? 0 : (lost ?? 0)
    this.#rows = rowsBefore
    this.#gaps = []
  }

  #leaveOut(tenant: string, next: number): void {
    const known = this.#state.tenants.get(tenant)
    if (known !== undefined) known.nextSequence = Math.max(known.nextSequence, next)
    else this.#state.firstSequence = Math.max(this.#state.firstSequence, next)
  }
}
