import type { Piece } from '@millrace/log'

/**
 * Numbers the entries that a job reads from 0, without gaps, whatever stands between them in the log: results and progress do,
 * elsewhere each time. So one input gives the same numbers in any log, as in none.
 */
export class EntryNumbers {
  /** Runs of entries whose sequences follow each other: sequence and number of the first. */
  private readonly firsts: number[] = []
  private readonly numbers: number[] = []
  private count = 0
  private next = -1

  /** The next entries of the job's streams and the clock, in the log's order. */
  add({ chunk: { runs }, from, to }: Piece): void {
    let row = 0
    for (let run = 0; run < runs.count; run++) {
      const rows = runs.rows[run] as number
      const begin = Math.max(from, row)
      const end = Math.min(to, row + rows)
      if (end > begin) this.addRun((runs.sequence[run] as number) + begin - row, end - begin)
      row += rows
    }
  }

  /** The number of the entry with that sequence, which was added. */
  of(sequence: number): number {
    const { firsts, numbers } = this
    let low = 0
    let high = firsts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((firsts[middle] as number) <= sequence) low = middle + 1
      else high = middle
    }
    if (low === 0) throw new Error(`no entry with the sequence ${sequence} was numbered`)
    return (numbers[low - 1] as number) + sequence - (firsts[low - 1] as number)
  }

  private addRun(sequence: number, rows: number): void {
    if (sequence !== this.next) {
      this.firsts.push(sequence)
      this.numbers.push(this.count)
    }
    this.count += rows
    this.next = sequence + rows
  }
}
