import { seal, unseal } from '../sealed.ts'
import { type LogState, type TenantState, tenantOf } from './log-state.ts'

const magic = 'MRPRODU1'

/** What stands in a checkpoint of producers, as JSON. */
interface Checkpoint {
  readonly tenants: readonly {
    readonly name: string
    /** Those that were quiet for longest first. */
    readonly producers: readonly CheckpointProducer[]
  }[]
}

interface CheckpointProducer {
  readonly id: string
  readonly floor: number
  /** Each: the producer's sequence, the sequence of the first row, log time, and the rows of each chunk. */
  readonly accepted: readonly (readonly number[])[]
}

/** The producers of all tenants as they are now; null: there are none. */
export function encodeProducers(state: LogState): Uint8Array | null {
  const tenants = [...state.tenants.values()].map(checkpointOf).filter(({ producers }) => producers.length > 0)
  return tenants.length === 0 ? null : seal(magic, Buffer.from(JSON.stringify({ tenants } satisfies Checkpoint)))
}

/** Whether both copies are as they were written; null: neither is, and no producer is known. */
export function restoreProducers(state: LogState, bytes: Uint8Array): { readonly whole: boolean } | null {
  const opened = unseal(magic, bytes)
  if (opened === null) return null
  const { tenants } = JSON.parse(Buffer.from(opened.content).toString()) as Checkpoint
  for (const { name, producers } of tenants) {
    const tenant = tenantOf(state, name)
    for (const { id, floor, accepted } of producers)
      tenant.producers.restore(id, { floor, accepted: accepted.map(acceptedOf).filter((one) => one.first >= tenant.producersFrom) })
  }
  return { whole: opened.whole }
}

function checkpointOf({ name, producers }: TenantState): Checkpoint['tenants'][number] {
  const all = [...producers.entries()].map(([id, { floor, accepted }]) => ({
    id,
    floor,
    accepted: accepted.map(({ sequence, first, ingestionMs, rows }) => [sequence, first, ingestionMs, ...rows]),
  }))
  return { name, producers: all }
}

function acceptedOf([sequence = 0, first = 0, ingestionMs = 0, ...rows]: readonly number[]) {
  return { sequence, first, ingestionMs, rows }
}
