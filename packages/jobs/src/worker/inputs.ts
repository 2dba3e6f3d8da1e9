import type { Input } from '@millrace/engine'
import type { Chunk, Piece } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import type { ChunkBatches, DecodedChunk } from './chunk-batches.ts'
import { projected } from './projected.ts'

/** An input of the engine, and the sequence of its last entry. */
export interface Taken {
  readonly input: Input
  readonly last: number
  readonly rows: number
}

interface TakenChunk {
  /** Of its first row. */
  readonly sequence: number
  readonly decoded: DecodedChunk
}

/** Pieces of the log as inputs of a job, in order, cut into as many rows as asked for. */
export class Inputs {
  private readonly plan: Plan
  private readonly batches: ChunkBatches
  private readonly pieces: Piece[] = []
  /** Chunks that were taken in part, by stream. */
  private readonly taken = new Map<string, TakenChunk>()
  private next = 0
  /** Of the piece `next`: rows up to here are taken. */
  private at = -1
  /** Everything up to this sequence was handed over. */
  private upTo: number

  /** `position`: entries up to it are taken already. */
  constructor(plan: Plan, batches: ChunkBatches, position: number) {
    this.plan = plan
    this.batches = batches
    this.upTo = position
  }

  add(pieces: readonly Piece[], upTo: number): void {
    this.pieces.splice(0, this.next)
    this.next = 0
    this.pieces.push(...pieces)
    this.upTo = upTo
  }

  /** Whether all entries up to that sequence were taken. */
  isPast(sequence: number): boolean {
    const piece = this.pieces[this.next]
    if (piece === undefined) return this.upTo >= sequence
    if (piece.chunk.kind !== 'batch') return (piece.chunk.runs.sequence[0] as number) > sequence
    return sequenceOf(this.decoded(piece.chunk), this.at < 0 ? piece.from : this.at) > sequence
  }

  get waiting(): number {
    return this.pieces.length - this.next
  }

  /** The next entries: of rows at most `maxRows`, not both some up to and some behind a boundary. Null: there are none. */
  take(maxRows: number, boundaries: readonly number[]): Taken | null {
    const piece = this.pieces[this.next]
    if (piece === undefined) return null
    return piece.chunk.kind === 'batch' ? this.takeRows(piece, maxRows, boundaries) : this.takeEntry(piece)
  }

  private takeRows({ chunk, from: first, to: end }: Piece, maxRows: number, boundaries: readonly number[]): Taken {
    const decoded = this.decoded(chunk)
    const from = this.at < 0 ? first : this.at
    const to = boundaries.reduce((at, boundary) => cutAt(decoded, from, at, boundary), Math.min(end, from + maxRows))
    if (to < end) this.at = to
    else this.step()
    if (to === chunk.rows) this.taken.delete(chunk.stream)
    const { sequence, ingestion } = decoded
    const node = this.plan.streams[chunk.stream]
    const batch = node === undefined ? decoded.batch : projected(decoded.batch, node, chunk)
    const input: Input = { kind: 'rows', stream: chunk.stream, sequence: typeof sequence === 'number' ? sequence + from : sequence, batch, from, to, ingestion }
    return { input, last: sequenceOf(decoded, to - 1), rows: to - from }
  }

  private takeEntry({ chunk }: Piece): Taken {
    this.step()
    const sequence = chunk.runs.sequence[0] as number
    const logMs = chunk.runs.ingestionMs[0] as number
    return { input: entryOf(chunk.kind as 'tick' | 'paused' | 'resumed' | 'end', chunk.stream, sequence, logMs), last: sequence, rows: 1 }
  }

  private decoded(chunk: Chunk): DecodedChunk {
    const { stream, rows, runs } = chunk
    const sequence = runs.sequence[0] as number
    const known = this.taken.get(stream)
    if (known?.sequence === sequence && known.decoded.batch.rows === rows) return known.decoded
    const decoded = this.batches.take(chunk)
    this.taken.set(stream, { sequence, decoded })
    return decoded
  }

  private step(): void {
    this.next++
    this.at = -1
  }
}

function entryOf(kind: 'tick' | 'paused' | 'resumed' | 'end', stream: string, sequence: number, logMs: number): Input {
  if (kind === 'end') return { kind, sequence }
  return kind === 'tick' ? { kind, sequence, logMs } : { kind, stream, sequence, logMs }
}

function sequenceOf({ sequence }: DecodedChunk, row: number): number {
  return typeof sequence === 'number' ? sequence + row : (sequence[row] as number)
}

/** `to`, or the first row behind the boundary where rows lie on both sides of it. */
function cutAt(decoded: DecodedChunk, from: number, to: number, boundary: number): number {
  if (sequenceOf(decoded, from) > boundary || sequenceOf(decoded, to - 1) <= boundary) return to
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (sequenceOf(decoded, middle) <= boundary) low = middle + 1
    else high = middle
  }
  return low
}
