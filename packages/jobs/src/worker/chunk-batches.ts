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

/** Decoded chunks by tenant, stream and first sequence, so that the jobs of a worker that read the same chunk share it. */
export class ChunkBatches {
  private readonly decoded = new Map<string, DecodedChunk>()
  private bytes = 0
  private readonly maxBytes: number

  constructor(maxBytes = 64 << 20) {
    this.maxBytes = maxBytes
  }

  of(chunk: Chunk): DecodedChunk {
    const key = `${chunk.tenant}\n${chunk.stream}\n${chunk.runs.sequence[0]}\n${chunk.rows}`
    const known = this.decoded.get(key)
    if (known !== undefined) return known
    const made = decode(chunk)
    this.decoded.set(key, made)
    this.bytes += made.bytes
    this.drop()
    return made
  }

  /** The oldest go first: readers move on together, mostly. */
  private drop(): void {
    for (const [key, { bytes }] of this.decoded) {
      if (this.bytes <= this.maxBytes || this.decoded.size === 1) return
      this.decoded.delete(key)
      this.bytes -= bytes
    }
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
