import { timesBytes } from '../journal/times.ts'
import type { JournalChunk } from './log-state.ts'

/** Payloads of the newest chunks, kept in memory for those who follow the log closely; the oldest go first. */
export class Tail {
  readonly #maxBytes: number
  #chunks: JournalChunk[] = []
  #first = 0
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(chunk: JournalChunk): void {
    this.#chunks.push(chunk)
    this.#bytes += costOf(chunk)
    while (this.#bytes > this.#maxBytes) this.#dropFirst()
  }

  #dropFirst(): void {
    const chunk = this.#chunks[this.#first++]!
    chunk.payload = null
    chunk.times = null
    this.#bytes -= costOf(chunk)
    if (this.#first < 1024 || this.#first * 2 < this.#chunks.length) return
    this.#chunks = this.#chunks.slice(this.#first)
    this.#first = 0
  }
}

/** Also an empty payload takes room. */
function costOf({ bytes, runs }: JournalChunk): number {
  return bytes + timesBytes(runs) + 256
}
