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
    this.#byId.delete(id)
    this.#byId.set(id, producer)
    producer.accept(accepted)
    this.#forgetOldest()
  }

  /** As a checkpoint has it; `restored` follows. */
  restore(id: string, producer: Producer): void {
    this.#byId.set(id, producer)
  }

  /** As `accept`, of what a journal tells, perhaps from before the checkpoint; `restored` follows. */
  recall(id: string, accepted: Accepted): void {
    const producer = this.#byId.get(id) ?? new Producer(-1)
    this.#byId.set(id, producer)
    producer.accept(accepted)
  }

  /** Checkpoint and journals were read: those that were quiet for longest come first again, and go where there are too many. */
  restored(): void {
    const byAge = [...this.#byId].map(([id, producer]) => ({ id, producer, newest: producer.newest })).sort((a, b) => a.newest - b.newest)
    this.#byId.clear()
    for (const { id, producer } of byAge) this.#byId.set(id, producer)
    this.#forgetOldest()
  }

  get size(): number {
    return this.#byId.size
  }

  /** Those that were quiet for longest first. */
  entries(): IterableIterator<[string, Producer]> {
    return this.#byId.entries()
  }

  #forgetOldest(): void {
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= maxProducers) return
      this.#byId.delete(id)
    }
  }
}

/** What a repetition is answered. */
export function receiptOf({ first, rows, ingestionMs }: Accepted, duplicate: boolean): Receipt {
  return { sequences: firstSequences(first, rows), ingestionMs, duplicate }
}
