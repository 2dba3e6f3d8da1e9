import type { Piece } from '@millrace/log'

/** Runs of records that are remembered; the oldest are forgotten. */
const mostRuns = 16_384

/** When the latest records of a tenant were accepted, by sequence. */
export class IngestionTimes {
  private readonly first: number[] = []
  private readonly rows: number[] = []
  private readonly ms: number[] = []

  /** Pieces come in the order of their sequences. */
  add({ chunk: { runs }, from, to }: Piece): void {
    let row = 0
    for (let run = 0; run < runs.count; run++) {
      const count = runs.rows[run] as number
      const begin = Math.max(from, row)
      const end = Math.min(to, row + count)
      if (begin < end) this.push((runs.sequence[run] as number) + begin - row, end - begin, runs.ingestionMs[run] as number)
      row += count
    }
  }

  /** Null: it is none of those, or forgotten. */
  at(sequence: number): number | null {
    let low = 0
    let high = this.first.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.first[middle] as number) <= sequence) low = middle + 1
      else high = middle
    }
    const run = low - 1
    return run >= 0 && sequence < (this.first[run] as number) + (this.rows[run] as number) ? (this.ms[run] as number) : null
  }

  /** Of a row counted over all that was added. */
  ofRow(row: number): number {
    let run = 0
    for (let left = row; left >= (this.rows[run] as number); run++) left -= this.rows[run] as number
    return this.ms[run] as number
  }

  private push(first: number, rows: number, ms: number): void {
    this.first.push(first)
    this.rows.push(rows)
    this.ms.push(ms)
    if (this.first.length < mostRuns * 2) return
    for (const array of [this.first, this.rows, this.ms]) array.splice(0, mostRuns)
  }
}
