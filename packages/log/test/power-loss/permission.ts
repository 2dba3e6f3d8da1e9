import type { Retention } from '@millrace/log'
import { type ModelAppend, type ModelChunk, type ModelPin, type ModelTenant, timeOf } from './model.ts'

/** What the log may count for a chunk beside its payload when it measures a stream. */
const chunkOverheadBytes = 640

/** Rows that may have been dropped: chunks of a stream, by what retention was ever asked for, and erasures. */
export class Permission {
  readonly #may = new Map<ModelChunk, boolean>()
  readonly #pins: readonly ModelPin[]

  constructor(tenant: ModelTenant, nowMs = tenant.latestMs) {
    this.#pins = [...tenant.pins.values()].filter((pin) => !mayExpire(tenant, pin))
    for (const stream of streamsOf(tenant)) this.#permit(tenant, stream, nowMs)
  }

  mayBeGone(chunk: ModelChunk): boolean {
    return chunk.erased !== 'no' || this.mayBeDropped(chunk)
  }

  /** By retention. */
  mayBeDropped(chunk: ModelChunk): boolean {
    return chunk.gone || chunk.doomed || this.#may.get(chunk) === true
  }

  /** From the newest chunk to the oldest. */
  #permit(tenant: ModelTenant, stream: string, nowMs: number): void {
    const chunks = chunksOf(tenant, stream).filter(({ append }) => append.sequence !== null)
    const bytes = bytesOf(chunks.filter(({ chunk }) => !chunk.gone))
    let newer: ModelChunk | null = null
    let newerMark = false
    for (const { append, chunk } of chunks.reverse()) {
      const allowed = (tenant.retentions.get(stream) ?? []).some((retention) =>
        lets(retention, nowMs - timeOf(append, chunk, chunk.new.rows - 1)!, bytes, newer === null),
      )
      const superseded = chunk.new.kind === 'mark' && newerMark
      this.#may.set(chunk, (allowed || superseded) && !isPinned(this.#pins, append, chunk))
      newer = chunk
      newerMark ||= chunk.new.kind === 'mark'
    }
  }
}

/** Where a stream has more bytes than it may have, any may go but the newest: they go by segments. */
function lets(retention: Retention, ageMs: number, bytes: number, newest: boolean): boolean {
  if (retention.maxAgeMs !== null && ageMs >= retention.maxAgeMs) return true
  return !newest && (retention.lastOnly === true || (retention.maxBytes !== null && bytes > retention.maxBytes))
}

function bytesOf(chunks: readonly { readonly chunk: ModelChunk }[]): number {
  return chunks.reduce((sum, { chunk }) => sum + chunk.new.payload.length + chunkOverheadBytes, 0)
}

function isPinned(pins: readonly ModelPin[], append: ModelAppend, { new: { stream, rows }, offset }: ModelChunk): boolean {
  const last = append.sequence! + offset + rows - 1
  return pins.some(({ keeps }) => keeps.has(stream) && last >= keeps.get(stream)!)
}

/** A pin is too old, or holds back too much; it may have expired already. */
export function mayExpire(tenant: ModelTenant, { pin, sinceMs }: ModelPin): boolean {
  if (tenant.latestMs - sinceMs >= pin.maxAgeMs) return true
  const held = tenant.appends.flatMap(({ chunks, sequence }) =>
    chunks.filter((chunk) => pin.streams.includes(chunk.new.stream) && (sequence ?? tenant.nextSequence) + chunk.offset + chunk.new.rows > pin.sequence),
  )
  return bytesOf(held.map((chunk) => ({ chunk }))) > pin.maxBytes
}

export function streamsOf(tenant: ModelTenant): readonly string[] {
  return [...new Set(tenant.appends.flatMap(({ chunks }) => chunks.map((chunk) => chunk.new.stream)))].sort()
}

/** In the order of the log; those without a place come last. */
export function chunksOf(tenant: ModelTenant, stream: string): { readonly append: ModelAppend; readonly chunk: ModelChunk }[] {
  const appends = tenant.appends.toSorted((a, b) => (a.sequence ?? Number.MAX_VALUE) - (b.sequence ?? Number.MAX_VALUE))
  return appends.flatMap((append) => append.chunks.filter((chunk) => chunk.new.stream === stream).map((chunk) => ({ append, chunk })))
}
