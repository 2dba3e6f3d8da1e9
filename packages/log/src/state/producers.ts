import type { Receipt } from '../log.ts'
import { firstSequences } from './first-sequences.ts'

/** An append that was accepted, with what answers a repetition of it. */
export interface Accepted {
  readonly sequence: number
  readonly first: number
  readonly ingestionMs: number
  /** Of each chunk. */
  readonly rows: readonly number[]
}

export interface Producer {
  /** Appends with sequences up to this one are not known any more; -1: all are. */
  floor: number
  /** By sequence. */
  accepted: Accepted[]
}

/** Appends a producer that are remembered, and producers a tenant. */
export const windowAppends = 128
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
    if (sequence <= producer.floor) return 'too-old'
    return producer.accepted.find((accepted) => accepted.sequence === sequence) ?? null
  }

  /** The highest sequence that was accepted; null: the producer is not known. */
  highest(id: string): number | null {
    const producer = this.#byId.get(id)
    return producer === undefined ? null : (producer.accepted.at(-1)?.sequence ?? producer.floor)
  }

  /** To be called again with what is known already changes nothing. */
  accept(id: string, accepted: Accepted): void {
    const producer = this.#byId.get(id) ?? { floor: -1, accepted: [] }
    this.#touch(id, producer)
    if (accepted.sequence <= producer.floor) return
    insert(producer.accepted, accepted)
    if (producer.accepted.length > windowAppends) producer.floor = producer.accepted.shift()!.sequence
  }

  restore(id: string, producer: Producer): void {
    this.#touch(id, producer)
  }

  /** Those that were quiet for longest first. */
  entries(): IterableIterator<[string, Producer]> {
    return this.#byId.entries()
  }

  #touch(id: string, producer: Producer): void {
    this.#byId.delete(id)
    this.#byId.set(id, producer)
    if (this.#byId.size <= maxProducers) return
    const [oldest] = this.#byId.keys()
    this.#byId.delete(oldest!)
  }
}

function insert(list: Accepted[], accepted: Accepted): void {
  let at = list.length
  while (at > 0 && list[at - 1]!.sequence > accepted.sequence) at--
  if (at > 0 && list[at - 1]!.sequence === accepted.sequence) return
  list.splice(at, 0, accepted)
}

/** What a repetition is answered. */
export function receiptOf({ first, rows, ingestionMs }: Accepted, duplicate: boolean): Receipt {
  return { sequences: firstSequences(first, rows), ingestionMs, duplicate }
}
