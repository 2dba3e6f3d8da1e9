import type { Retention } from '@millrace/log'
import type { ModelAppend, ModelChunk, ModelTenant } from './model.ts'

/** What the log may count for a chunk beside its payload when it measures a stream. */
const chunkOverheadBytes = 256

/** Rows that may have been dropped: chunks of a stream, by what retention was ever asked for, and erasures. */
export class Permission {
  readonly #may = new Map<ModelChunk, boolean>()

  /** `nowMs`: log time. */
  constructor(tenant: ModelTenant, nowMs: number, streams = streamsOf(tenant)) {
    for (const stream of streams) this.#permit(tenant, stream, nowMs)
  }

  mayBeGone(chunk: ModelChunk): boolean {
    return chunk.erased !== 'no' || this.#may.get(chunk) === true
  }

  /** From the newest chunk to the oldest. */
  #permit(tenant: ModelTenant, stream: string, nowMs: number): void {
    let bytesAfter = 0
    let newerMark = false
    let newest = true
    for (const { append, chunk } of chunksOf(tenant, stream).reverse()) {
      if (append.sequence === null) continue
      const allowed = (tenant.retentions.get(stream) ?? []).some((retention) =>
        lets(retention, append.ingestionMs! <= nowMs - (retention.maxAgeMs ?? 0), bytesAfter, newest),
      )
      const superseded = chunk.new.kind === 'mark' && newerMark
      this.#may.set(chunk, (allowed || superseded) && !isPinned(tenant, append, chunk))
      bytesAfter += chunk.new.payload.length + chunkOverheadBytes
      newerMark ||= chunk.new.kind === 'mark'
      newest = false
    }
  }
}

function lets(retention: Retention, old: boolean, bytesAfter: number, newest: boolean): boolean {
  if (retention.maxAgeMs !== null && old) return true
  if (retention.maxBytes !== null && bytesAfter >= retention.maxBytes) return true
  return retention.lastOnly === true && !newest
}

function isPinned(tenant: ModelTenant, append: ModelAppend, { new: { stream, rows }, offset }: ModelChunk): boolean {
  const last = append.sequence! + offset + rows - 1
  return [...tenant.pins.values()].some(({ keeps }) => keeps.has(stream) && last >= keeps.get(stream)!)
}

export function streamsOf(tenant: ModelTenant): readonly string[] {
  return [...new Set(tenant.appends.flatMap(({ chunks }) => chunks.map((chunk) => chunk.new.stream)))].sort()
}

/** In the order of the log; those without a place come last. */
export function chunksOf(tenant: ModelTenant, stream: string): { readonly append: ModelAppend; readonly chunk: ModelChunk }[] {
  const appends = tenant.appends.toSorted((a, b) => (a.sequence ?? Number.MAX_VALUE) - (b.sequence ?? Number.MAX_VALUE))
  return appends.flatMap((append) => append.chunks.filter((chunk) => chunk.new.stream === stream).map((chunk) => ({ append, chunk })))
}
