import type { Log, Receipt } from '@millrace/log'
import { expect } from 'vitest'
import { makeChunk } from '../power-loss/payload.ts'
import { readRows } from '../power-loss/read-rows.ts'

/** One tenant that appends to one stream, and what it was told. */
export class Told {
  readonly receipts = new Map<number, Receipt>()
  #next = 1

  /** Appends one chunk; rejects as the log does. */
  async append(log: Log, rows = 10, extra = 0): Promise<Receipt> {
    const id = this.#next++
    const receipt = await log.append({ tenant: 'north', chunks: [makeChunk(id, 0, { stream: 'readings', kind: 'batch', rows }, extra)] })
    this.receipts.set(id, receipt)
    return receipt
  }

  /** What was acknowledged is there, once, whole, in order; of the rest at most whole appends. */
  async check(log: Log, others: 'others-may-be-there' | 'nothing-else' = 'nothing-else'): Promise<void> {
    const rows = await readRows(log, { tenant: 'north', streams: ['readings'] })
    const appends = Map.groupBy(rows, (row) => row.append)
    for (const [id, { sequences, ingestionMs }] of this.receipts) {
      expect(appends.get(id)?.[0]).toMatchObject({ sequence: sequences[0], ingestionMs })
    }
    for (const of of appends.values()) expect(of.map((row) => row.row)).toEqual(of.map((_, index) => index))
    expect(rows.map((row) => row.sequence)).toEqual(rows.map((row) => row.sequence).toSorted((a, b) => a - b))
    expect(new Set(rows.map((row) => row.sequence)).size).toBe(rows.length)
    if (others === 'nothing-else') expect([...appends.keys()]).toEqual([...this.receipts.keys()])
  }
}

/** The code of the error with which something is refused. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  )
}
