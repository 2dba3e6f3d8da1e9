import type { Piece } from '../chunk.ts'
import type { Waiters } from '../commit/waiters.ts'
import type { LogReader, ReaderOptions } from '../log.ts'
import type { LogState, StreamState } from '../state/log-state.ts'
import { lastSequence } from '../state/stream-figures.ts'
import type { Chunks } from './chunks.ts'
import { Cursor } from './cursor.ts'

const defaultBytes = 4 * 2 ** 20

/** Reads streams of a tenant in their total order: always the rows of the cursor with the lowest sequence, up to that of the next cursor. */
export class MergingReader implements LogReader {
  readonly #tenant: string
  readonly #streams: readonly string[]
  readonly #cursors: readonly Cursor[]
  readonly #state: LogState
  readonly #chunks: Chunks
  readonly #waiters: Waiters
  #position: number
  #missed = 0
  #closed = false
  /** Whether the log tells of new rows: once it was first waited for some. */
  #told = false
  #woken: PromiseWithResolvers<void> | null = null
  readonly #wake = (): void => {
    this.#woken?.resolve()
    this.#woken = null
  }
  readonly #miss = (rows: number): void => {
    this.#missed += rows
  }

  constructor({ tenant, streams, from = 0 }: ReaderOptions, state: LogState, chunks: Chunks, waiters: Waiters) {
    this.#tenant = tenant
    this.#position = from
    this.#streams = [...new Set(streams)]
    this.#cursors = this.#streams.map((stream) => new Cursor(stream, from))
    this.#state = state
    this.#chunks = chunks
    this.#waiters = waiters
  }

  get position(): number {
    return this.#position
  }

  get missed(): number {
    return this.#missed
  }

  async read(maxBytes = defaultBytes): Promise<readonly Piece[]> {
    const end = this.#state.tenants.get(this.#tenant)?.nextSequence ?? 0
    if (this.#ended || end <= this.#position) return []
    const pieces: Piece[] = []
    let bytes = 0
    for (const cursor of this.#cursors) if (this.#mustFill(cursor, end)) await this.#fill(cursor, end)
    for (let next = lowest(this.#cursors, end); next !== null && bytes < maxBytes; next = lowest(this.#cursors, end)) {
      const piece = next.take(boundOf(this.#cursors, next, end))
      pieces.push(piece)
      bytes += (piece.chunk.payload.length * (piece.to - piece.from)) / piece.chunk.rows
      if (this.#mustFill(next, end)) await this.#fill(next, end)
    }
    this.#position = Math.max(this.#position, lowest(this.#cursors, end)?.sequence ?? end)
    return pieces
  }

  async wait(): Promise<void> {
    if (this.#ended || this.#hasMore()) return
    if (!this.#told) this.#waiters.add(this.#tenant, this.#streams, this.#wake)
    this.#told = true
    this.#woken ??= Promise.withResolvers()
    await this.#woken.promise
  }

  close(): void {
    this.#closed = true
    if (this.#told) this.#waiters.remove(this.#tenant, this.#streams, this.#wake)
    this.#wake()
  }

  get #ended(): boolean {
    return this.#closed || this.#waiters.closed
  }

  #hasMore(): boolean {
    return this.#cursors.some((cursor) => {
      const stream = this.#streamOf(cursor)
      return stream !== undefined && lastSequence(stream) >= this.#position
    })
  }

  /** Whether a cursor has no chunk, and the next one with a row below `end` must be read; one in memory is entered at once. */
  #mustFill(cursor: Cursor, end: number): boolean {
    if (cursor.chunk !== null || cursor.sequence >= end) return false
    const stream = this.#streamOf(cursor)
    if (stream === undefined || lastSequence(stream) < cursor.sequence) return false
    const chunk = this.#chunks.inMemory(stream, cursor.sequence)
    if (chunk === null) return true
    cursor.enter(chunk)
    return false
  }

  async #fill(cursor: Cursor, end: number): Promise<void> {
    const chunk = await this.#chunks.from(this.#streamOf(cursor) as StreamState, cursor.sequence, this.#miss)
    if (chunk === null) cursor.sequence = end
    else cursor.enter(chunk)
  }

  #streamOf(cursor: Cursor): StreamState | undefined {
    return this.#state.tenants.get(this.#tenant)?.streams.get(cursor.stream)
  }
}

/** The cursor with the lowest next row, if that is below `end`. */
function lowest(cursors: readonly Cursor[], end: number): Cursor | null {
  let found: Cursor | null = null
  for (const cursor of cursors) {
    if (cursor.chunk !== null && cursor.sequence < (found?.sequence ?? end)) found = cursor
  }
  return found
}

/** Up to where the rows of `taken` go before another cursor has its turn. */
function boundOf(cursors: readonly Cursor[], taken: Cursor, end: number): number {
  let bound = end
  for (const cursor of cursors) {
    if (cursor !== taken && cursor.chunk !== null && cursor.sequence < bound) bound = cursor.sequence
  }
  return bound
}
