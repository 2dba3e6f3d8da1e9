import type { Piece } from '@millrace/log'
import { expect, test } from 'vitest'
import { IngestionTimes } from './ingestion-times.ts'

/** Runs as [first sequence, rows, ms]. */
function piece(runs: readonly (readonly [number, number, number])[], from: number, to: number): Piece {
  const column = (at: 0 | 1 | 2): Float64Array => Float64Array.from(runs, (run) => run[at])
  const of = { count: runs.length, rows: Int32Array.from(column(1)), sequence: column(0), ingestionMs: column(2) }
  return { chunk: { tenant: 'acme', stream: 'readings', kind: 'batch', rows: to, schema: 1, payload: new Uint8Array(0), runs: of }, from, to }
}

test('a record was accepted when its run was, and of others nothing is known', () => {
  const times = new IngestionTimes()
  times.add(
    piece(
      [
        [10, 3, 1000],
        [20, 2, 2000],
      ],
      1,
      4,
    ),
  )
  times.add(piece([[30, 1, 3000]], 0, 1))
  const at = (sequence: number) => times.at(sequence)
  expect([9, 10, 11, 12, 13].map(at)).toEqual([null, null, 1000, 1000, null])
  expect([19, 20, 21, 29, 30, 31].map(at)).toEqual([null, 2000, null, null, 3000, null])
  expect([0, 1, 2, 3].map((row) => times.ofRow(row))).toEqual([1000, 1000, 2000, 3000])
})

test('the oldest are forgotten', () => {
  const times = new IngestionTimes()
  for (let run = 0; run < 40_000; run++) times.add(piece([[run, 1, run]], 0, 1))
  expect(times.at(0)).toBeNull()
  expect(times.at(39_999)).toBe(39_999)
})
