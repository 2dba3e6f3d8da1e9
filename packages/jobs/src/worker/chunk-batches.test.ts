import { BatchBuilder, encodeBatch } from '@millrace/columns'
import type { Chunk } from '@millrace/log'
import { describe, expect, it } from 'vitest'
import { ChunkBatches } from './chunk-batches.ts'

function chunk(sequence: number, stream = 'readings'): Chunk {
  const builder = new BatchBuilder([{ name: 'value', type: 'int32', nullable: false }])
  builder.addRow()
  const batch = builder.batch()
  const runs = { count: 1, rows: Int32Array.of(1), sequence: Float64Array.of(sequence), ingestionMs: Float64Array.of(0) }
  return { tenant: 'acme', stream, kind: 'batch', rows: 1, schema: 1, payload: encodeBatch(batch, 0, 1, { shared: true }), runs }
}

describe('decoded chunks', () => {
  it('are decoded once for all runs that read their stream, and kept for none beyond', () => {
    const batches = new ChunkBatches()
    batches.join('acme', ['readings'])
    batches.join('acme', ['readings', 'alarms'])
    const first = batches.take(chunk(1))
    expect(batches.take(chunk(1))).toBe(first)
    expect(batches.take(chunk(1))).not.toBe(first)
  })

  it('are not kept where one run reads their stream, or only one is left', () => {
    const batches = new ChunkBatches()
    batches.join('acme', ['readings', 'alarms'])
    expect(batches.take(chunk(1))).not.toBe(batches.take(chunk(1)))
    batches.join('acme', ['readings'])
    batches.leave('acme', ['readings', 'alarms'])
    expect(batches.take(chunk(2))).not.toBe(batches.take(chunk(2)))
  })

  it('go, the oldest first, where those that lag would hold too much', () => {
    const batches = new ChunkBatches(2 * chunk(1).payload.length)
    batches.join('acme', ['readings'])
    batches.join('acme', ['readings'])
    const taken = [1, 2, 3].map((sequence) => batches.take(chunk(sequence)))
    expect([3, 2, 1].map((sequence) => batches.take(chunk(sequence)) === taken[sequence - 1])).toEqual([true, true, false])
  })
})
