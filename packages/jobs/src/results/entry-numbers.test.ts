import type { Chunk, Piece } from '@millrace/log'
import { expect, test } from 'vitest'
import { EntryNumbers } from './entry-numbers.ts'

/** A chunk of runs [sequence, rows]. */
function chunkOf(...runs: readonly (readonly [number, number])[]): Chunk {
  return {
    ...{ tenant: 't', stream: 's', kind: 'batch', schema: 1, payload: new Uint8Array(0) },
    rows: runs.reduce((sum, [, rows]) => sum + rows, 0),
    runs: {
      count: runs.length,
      rows: Int32Array.from(runs, ([, rows]) => rows),
      sequence: Float64Array.from(runs, ([sequence]) => sequence),
      ingestionMs: new Float64Array(runs.length),
    },
  } as Chunk
}

const whole = (chunk: Chunk): Piece => ({ chunk, from: 0, to: chunk.rows })

test('entries are numbered from 0 without gaps, whatever stands between them', () => {
  const numbers = new EntryNumbers()
  const joined = chunkOf([3, 2], [9, 3])
  numbers.add({ chunk: joined, from: 0, to: 3 })
  numbers.add(whole(chunkOf([10, 1])))
  numbers.add({ chunk: chunkOf([9, 1], [11, 2]), from: 1, to: 3 })
  expect([3, 4, 9, 10, 11, 12].map((sequence) => numbers.of(sequence))).toEqual([0, 1, 2, 3, 4, 5])
  expect(() => numbers.of(2)).toThrow('no entry')
})
