import type { Chunk } from '../chunk.ts'
import { timesBytes } from '../journal/times.ts'
import type { JournalChunk, StreamState } from '../state/log-state.ts'

/** Neighbouring chunks of a stream in one journal, read together. */
export interface Span {
  readonly entries: readonly JournalChunk[]
  readonly at: number
  readonly bytes: number
}

const mostBytes = 256 << 10
/** What stands between two chunks is read and thrown away: less work than a read of its own. */
const mostBetween = 16 << 10
const keptSpans = 64

/** The chunk and those of its stream close behind it that are not in memory: small appends are not read one by one. */
export function spanFrom({ journal: chunks }: StreamState, first: JournalChunk): Span {
  const entries = [first]
  let end = endOf(first)
  for (let i = indexOf(chunks, first) + 1; i < chunks.length; i++) {
    const next = chunks[i]!
    const near = next.journal === first.journal && next.at - end <= mostBetween && endOf(next) - first.at <= mostBytes
    if (!near || next.payload !== null) break
    entries.push(next)
    end = endOf(next)
  }
  return { entries, at: first.at, bytes: end - first.at }
}

/** Times and payload. */
export function contentBytes({ runs, bytes }: JournalChunk): number {
  return timesBytes(runs) + bytes
}

function endOf(chunk: JournalChunk): number {
  return chunk.at + contentBytes(chunk)
}

/** Where it stands; of one that is no longer there: behind all. */
function indexOf(chunks: readonly JournalChunk[], { sequence }: JournalChunk): number {
  let low = 0
  let high = chunks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (chunks[middle]!.sequence < sequence) low = middle + 1
    else high = middle
  }
  return chunks[low]?.sequence === sequence ? low : chunks.length
}

/** Holds the chunks of the spans that were read last, so that they are still there when their turn comes. */
export class KeptSpans {
  readonly #spans: (readonly Chunk[])[] = []

  keep(chunks: readonly Chunk[]): void {
    this.#spans.push(chunks)
    if (this.#spans.length > keptSpans) this.#spans.shift()
  }
}
