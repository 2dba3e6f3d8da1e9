import { decodeBatch, encodeBatch } from '@millrace/columns'
import type { NewChunk } from '@millrace/log'
import type { Ahead } from '../mark.ts'

/**
 * Rows that are in the log ahead of the mark's position: what one entry causes may be too much for one append. By stream
 * the log has the first `ahead` rows that the entries behind the position cause; they come again after a restart, and are left out then.
 */
export class AheadRows {
  private readonly ahead: Map<string, number>
  /** Rows by stream that the entries behind the position have caused so far, in this life. */
  private readonly caused = new Map<string, number>()
  private upTo: number

  constructor(ahead: Ahead | null) {
    this.ahead = new Map(Object.entries(ahead?.rows ?? {}))
    this.upTo = ahead?.upTo ?? 0
  }

  /** Null: nothing is ahead. */
  get open(): Ahead | null {
    return this.ahead.size === 0 ? null : { upTo: this.upTo, rows: Object.fromEntries(this.ahead) }
  }

  /** The rows of the chunks that the log does not have; from now on it counts as having them, caused by entries up to `upTo`. */
  take(chunks: readonly NewChunk[], upTo: number): readonly NewChunk[] {
    const fresh = chunks.flatMap((chunk) => this.freshOf(chunk))
    if (fresh.length > 0) this.upTo = Math.max(this.upTo, upTo)
    return fresh
  }

  /** The position moves behind all that was caused until now. */
  settle(): void {
    for (const [stream, rows] of this.caused) {
      const left = (this.ahead.get(stream) ?? 0) - rows
      if (left > 0) this.ahead.set(stream, left)
      else this.ahead.delete(stream)
    }
    this.caused.clear()
  }

  private freshOf(chunk: NewChunk): readonly NewChunk[] {
    const caused = this.caused.get(chunk.stream) ?? 0
    const ahead = this.ahead.get(chunk.stream) ?? 0
    this.caused.set(chunk.stream, caused + chunk.rows)
    this.ahead.set(chunk.stream, Math.max(ahead, caused + chunk.rows))
    const known = Math.max(0, ahead - caused)
    if (known === 0) return [chunk]
    return known >= chunk.rows ? [] : [behind(chunk, known)]
  }
}

function behind(chunk: NewChunk, rows: number): NewChunk {
  const payload = encodeBatch(decodeBatch(chunk.payload), rows, chunk.rows, { shared: true })
  return { ...chunk, rows: chunk.rows - rows, payload }
}
