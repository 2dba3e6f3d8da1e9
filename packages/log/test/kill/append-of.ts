import type { Append } from '@millrace/log'
import { Random } from '@millrace/log/testing'
import { makeChunk } from '../power-loss/payload.ts'

export const tenants = ['north', 'south', 'é'] as const
export const producers = 24
const perProducer = 1_000_000

export function tenantOf(producer: number): string {
  return tenants[producer % tenants.length]!
}

/** The append that a producer sends with a sequence: always the same. Its rows carry producer and sequence. */
export function appendOf(producer: number, sequence: number): Append {
  const id = producer * perProducer + sequence
  const random = new Random(id)
  const chunks = [
    makeChunk(id, 0, { stream: 'readings', kind: 'batch', rows: random.between(1, 50) }, random.pick([0, 40])),
    ...(random.chance(0.3) ? [makeChunk(id, 1, { stream: 'letters', kind: 'bytes', rows: 2 }, random.below(3000))] : []),
    ...(random.chance(0.1) ? [makeChunk(id, 2, { stream: 'clock', kind: 'tick', rows: 1 }, 0)] : []),
  ]
  return { tenant: tenantOf(producer), chunks, producer: { id: `producer ${producer}`, sequence } }
}

export function sourceOf(append: number): { readonly producer: number; readonly sequence: number } {
  return { producer: Math.floor(append / perProducer), sequence: append % perProducer }
}

/** Small journals, so that a short life has rolls and rewrites. */
export const smallJournals = { journalBytes: 64 * 1024, maxJournals: 3 } as const
