import type { SentPiece } from './writer-tasks.ts'

/** Sequence and log time of the rows of a piece, as columns of its whole chunk: rows outside of the piece stay 0. */
export interface PlaceColumns {
  readonly sequence: Float64Array
  readonly ingestionMs: Float64Array
}

export function placesOf({ runs, rows, to }: SentPiece): PlaceColumns {
  const sequence = new Float64Array(rows)
  const ingestionMs = new Float64Array(rows)
  for (let run = 0, row = 0; run < runs.count && row < to; run++) {
    const first = runs.sequence[run] as number
    const count = runs.rows[run] as number
    for (let i = 0; i < count; i++) sequence[row + i] = first + i
    ingestionMs.fill(runs.ingestionMs[run] as number, row, row + count)
    row += count
  }
  return { sequence, ingestionMs }
}
