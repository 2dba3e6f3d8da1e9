import type { Chunk, Piece } from '../chunk.ts'

/** A place in one stream: the rows before it were handed out. */
export class Cursor {
  readonly stream: string
  /** The chunk that is being handed out; null: the next one is to be found. */
  chunk: Chunk | null = null
  /** Sequence of its next row; without a chunk: the next one of interest. */
  sequence: number
  #row = 0
  #run = 0
  /** Rows of the run that are behind the cursor. */
  #runRow = 0

  constructor(stream: string, sequence: number) {
    this.stream = stream
    this.sequence = sequence
  }

  /** Begins a chunk that holds a row of `sequence` or higher; what of it stands before that is stepped over. */
  enter(chunk: Chunk): void {
    const from = this.sequence
    this.chunk = chunk
    this.#row = 0
    this.#run = 0
    this.#runRow = 0
    this.sequence = chunk.runs.sequence[0]!
    if (this.sequence < from) this.#advance(chunk, from)
  }

  /** The rows of the chunk below `bound`: the next row must be. */
  take(bound: number): Piece {
    const chunk = this.chunk!
    const from = this.#row
    this.#advance(chunk, bound)
    return { chunk, from, to: this.#row }
  }

  #advance(chunk: Chunk, bound: number): void {
    const { count, rows, sequence } = chunk.runs
    while (this.#run < count && this.sequence < bound) {
      const left = rows[this.#run]! - this.#runRow
      const below = Math.min(left, bound - this.sequence)
      this.#row += below
      this.#runRow += below
      this.sequence += below
      if (below < left) return
      this.#run++
      this.#runRow = 0
      if (this.#run < count) this.sequence = sequence[this.#run]!
    }
    if (this.#run === count) this.chunk = null
  }
}
