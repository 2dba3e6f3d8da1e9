import type { Piece } from '@millrace/log'

/** The sequence of each row of a piece. */
export function positionsOf({ chunk: { runs }, from, to }: Piece): Float64Array {
  const positions = new Float64Array(to - from)
  let row = 0
  for (let run = 0; run < runs.count; run++) {
    const rows = runs.rows[run] as number
    const sequence = runs.sequence[run] as number
    for (let at = Math.max(from, row); at < Math.min(to, row + rows); at++) positions[at - from] = sequence + at - row
    row += rows
  }
  return positions
}
