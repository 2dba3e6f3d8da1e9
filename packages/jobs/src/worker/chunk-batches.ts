import { type Batch, countShared, decodeBatch } from '@millrace/columns'
import type { Chunk } from '@millrace/log'

/** A chunk's rows decoded, with what the log knows of each: numbers where one value holds for all. */
export interface DecodedChunk {
  readonly batch: Batch
  /** Of row 0, the others count on; or by row. */
  readonly sequence: number | Float64Array
  readonly ingestion: number | Float64Array
  readonly bytes: number
}

/** What runs of this thread still have to take. */
interface Kept {
  readonly decoded: DecodedChunk
  /** Runs that have not taken it yet. */
  left: number
}

/**
 * Decoded chunks, shared by the runs of a worker that read the same stream: each decodes only what none has before. A chunk is kept
 * for as long as one of them has yet to take it; of one that lags too far behind, the oldest go first.
 */
export class ChunkBatches {
  /** How many runs read a stream, by tenant and stream. */
  private readonly readers = new Map<string, number>()
  private readonly kept = new Map<string, Kept>()
  private bytes = 0
  private readonly maxBytes: number

  constructor(maxBytes = 64 << 20) {
    this.maxBytes = maxBytes
  }

  /** A run reads these streams from now on. */
  join(tenant: string, streams: readonly string[]): void {
    for (const stream of streams) this.count(`${tenant}\n${stream}`, 1)
  }

  leave(tenant: string, streams: readonly string[]): void {
    for (const stream of streams) this.count(`${tenant}\n${stream}`, -1)
  }

  /** Each run takes a chunk once. */
  take(chunk: Chunk): DecodedChunk {
    const stream = `${chunk.tenant}\n${chunk.stream}`
    const key = `${stream}\n${chunk.runs.sequence[0]}\n${chunk.rows}`
    const found = this.kept.get(key)
    if (found !== undefined) {
      if (--found.left <= 0) this.drop(key, found)
      return found.decoded
    }
    const decoded = decode(chunk)
    const left = (this.readers.get(stream) ?? 0) - 1
    if (left > 0) this.keep(key, { decoded, left })
    return decoded
  }

  private keep(key: string, kept: Kept): void {
    this.kept.set(key, kept)
    this.bytes += kept.decoded.bytes
    for (const [oldest, each] of this.kept) {
      if (this.bytes <= this.maxBytes || this.kept.size === 1) return
      this.drop(oldest, each)
    }
  }

  private drop(key: string, { decoded }: Kept): void {
    this.kept.delete(key)
    this.bytes -= decoded.bytes
  }

  private count(stream: string, runs: number): void {
    const now = (this.readers.get(stream) ?? 0) + runs
    if (now > 0) this.readers.set(stream, now)
    else this.readers.delete(stream)
  }
}

function decode({ payload, rows, runs }: Chunk): DecodedChunk {
  countShared(payload.buffer, payload.length)
  const batch = decodeBatch(payload)
  if (runs.count === 1) return { batch, sequence: runs.sequence[0] as number, ingestion: runs.ingestionMs[0] as number, bytes: payload.length }
  const sequence = new Float64Array(rows)
  const ingestion = new Float64Array(rows)
  let row = 0
  for (let run = 0; run < runs.count; run++) {
    const first = runs.sequence[run] as number
    const count = runs.rows[run] as number
    ingestion.fill(runs.ingestionMs[run] as number, row, row + count)
    for (let i = 0; i < count; i++) sequence[row++] = first + i
  }
  return { batch, sequence, ingestion, bytes: payload.length + rows * 16 }
}
