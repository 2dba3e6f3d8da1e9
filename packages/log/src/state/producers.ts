import type { Receipt } from '../log.ts'
import { firstSequences } from './first-sequences.ts'
import { type Accepted, Producer } from './producer.ts'

/** Of a tenant. */
export const maxProducers = 10_000

/**
 * The producers of a tenant. Of each the 128 accepted appends of the highest sequences are known, so that repetitions, also parallel
 * or reordered ones, are neither lost nor doubled. Of more than 10,000 producers, the one that was quiet for longest is forgotten.
 */
export class Producers {
  readonly #byId = new Map<string, Producer>()

  /** The accepted append; `too-old`: nobody can tell any more; null: it is new. */
  find(id: string, sequence: number): Accepted | 'too-old' | null {
    const producer = this.#byId.get(id)
    if (producer === undefined) return null
    return sequence <= producer.floor ? 'too-old' : producer.find(sequence)
  }

  /** The highest sequence that was accepted; null: the producer is not known. */
  highest(id: string): number | null {
    return this.#byId.get(id)?.highest ?? null
  }

  /** To be called again with what is known already changes nothing. */
  accept(id: string, accepted: Accepted): void {
    const producer = this.#byId.get(id) ?? new Producer(-1)
    this.restore(id, producer)
    producer.accept(accepted)
  }

  /** Is the one that was quiet for the shortest time then. */
  restore(id: string, producer: Producer): void {
    this.#byId.delete(id)
    this.#byId.set(id, producer)
    if (this.#byId.size <= maxProducers) return
    const [oldest] = this.#byId.keys()
    this.#byId.delete(oldest!)
  }

  /** Those that were quiet for longest first. */
  entries(): IterableIterator<[string, Producer]> {
    return this.#byId.entries()
  }
}

/** What a repetition is answered. */
export function receiptOf({ first, rows, ingestionMs }: Accepted, duplicate: boolean): Receipt {
  return { sequences: firstSequences(first, rows), ingestionMs, duplicate }
}
