import { unseal } from '../sealed.ts'
import { type LogState, tenantOf } from './log-state.ts'
import { Producer } from './producer.ts'

/** As checkpoints of producers were written until November 2026. */
interface Checkpoint {
  readonly tenants: readonly {
    readonly name: string
    /** `accepted`: the producer's sequence, the sequence of the first row, log time, and the rows of each chunk. */
    readonly producers: readonly { readonly id: string; readonly floor: number; readonly accepted: readonly (readonly number[])[] }[]
  }[]
}

/** Whether both copies are as they were written; null: neither is. */
export function restoreJsonProducers(state: LogState, bytes: Uint8Array): { readonly whole: boolean } | null {
  const opened = unseal('MRPRODU1', bytes)
  if (opened === null) return null
  const { tenants } = JSON.parse(Buffer.from(opened.content).toString()) as Checkpoint
  for (const { name, producers } of tenants) {
    const tenant = tenantOf(state, name)
    for (const { id, floor, accepted } of producers) {
      const producer = new Producer(floor)
      for (const [sequence = 0, first = 0, ingestionMs = 0, ...rows] of accepted) {
        if (first >= tenant.producersFrom) producer.accept({ sequence, first, ingestionMs, rows })
      }
      if (producer.count > 0) tenant.producers.restore(id, producer)
    }
  }
  return { whole: opened.whole }
}
