import type { Runs } from '../chunk.ts'

/** The runs of chunks that stand one behind the other; where one goes on as the one before ended, they are one. */
export function joinRuns(parts: readonly Runs[]): Runs {
  const most = parts.reduce((sum, { count }) => sum + count, 0)
  const rows = new Int32Array(most)
  const sequence = new Float64Array(most)
  const ingestionMs = new Float64Array(most)
  let last = -1
  for (const part of parts) {
    for (let run = 0; run < part.count; run++) {
      const first = part.sequence[run] as number
      const ms = part.ingestionMs[run] as number
      const goesOn = last >= 0 && first === (sequence[last] as number) + (rows[last] as number) && ms === ingestionMs[last]
      if (!goesOn) {
        last++
        sequence[last] = first
        ingestionMs[last] = ms
      }
      rows[last] = (rows[last] as number) + (part.rows[run] as number)
    }
  }
  const count = last + 1
  return { count, rows: rows.subarray(0, count), sequence: sequence.subarray(0, count), ingestionMs: ingestionMs.subarray(0, count) }
}
