import type { Piece } from '@millrace/log'
import { type Outlet, type OutletRows, positionAt, someOf } from './outlet.ts'

export interface FillingOptions {
  readonly limit: number
  readonly sameFields: boolean
}

/** Collects the records of a page until it holds as many as it may. */
export class FillingPage {
  readonly parts: OutletRows[] = []
  rows = 0
  /** Of the log, about. */
  bytes = 0
  isFull = false
  /** Where the next page begins; null: where the reader stands. */
  next: number | null = null
  private readonly outlet: Outlet
  private readonly options: FillingOptions
  private fields = ''

  constructor(outlet: Outlet, options: FillingOptions) {
    this.outlet = outlet
    this.options = options
  }

  /** Position of the first row; null: there is none yet. */
  get first(): number | null {
    const [first] = this.parts
    return first === undefined ? null : positionAt(first, 0)
  }

  add(piece: Piece): void {
    if (this.isFull) return
    const { chunk, from, to } = piece
    this.bytes += Math.ceil((chunk.payload.length * (to - from)) / chunk.rows)
    const part = this.outlet.read(piece)
    if (part === null) return
    if (this.options.sameFields && !this.fits(part)) this.close(positionAt(part, 0))
    else this.take(part)
  }

  private take(part: OutletRows): void {
    const { count } = part.rows
    const taken = Math.min(count, this.options.limit - this.rows)
    this.parts.push(taken === count ? part : someOf(part, 0, taken))
    this.rows += taken
    if (this.rows === this.options.limit) this.close(positionAt(part, taken - 1) + 1)
  }

  private fits({ rows }: OutletRows): boolean {
    const fields = JSON.stringify(rows.batch.fields)
    if (this.fields === '') this.fields = fields
    return fields === this.fields
  }

  private close(next: number): void {
    this.isFull = true
    this.next = next
  }
}
