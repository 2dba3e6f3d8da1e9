import type { Column } from '@millrace/columns'

/** A message id: int64 are whole numbers that are exact. */
export type MessageId = string | number

/** An append under way, or over. */
export interface Appending {
  /** Resolves once it is durable, or failed and forgotten; never rejects. */
  readonly over: Promise<void>
  isOver: boolean
}

/** Ids of the newest records of a stream, those under way among them, the oldest first. */
export class KnownIds {
  readonly #most: number
  readonly #ids = new Map<MessageId, Appending | null>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#ids.size
  }

  /** undefined: not known; null: durable since before this process heard of it. */
  find(id: MessageId): Appending | null | undefined {
    return this.#ids.get(id)
  }

  /** As the newest; the oldest is forgotten where there are too many. */
  add(id: MessageId, appending: Appending | null): void {
    this.#ids.set(id, appending)
    if (this.#ids.size > this.#most) this.#ids.delete(this.#ids.keys().next().value as MessageId)
  }

  /** The append kept nothing: its records are not there. */
  forget(ids: Iterable<MessageId>, appending: Appending): void {
    for (const id of ids) if (this.#ids.get(id) === appending) this.#ids.delete(id)
  }

  clear(): void {
    this.#ids.clear()
  }
}

/** Reads the ids of a column by row; null: it cannot hold any. */
export function idsOf(column: Column | undefined): ((row: number) => MessageId) | null {
  if (column?.kind === 'int32' || column?.kind === 'int64') return (row) => column.values[row] as number
  if (column?.kind === 'string') return (row) => column.dictionary.text(column.values[row] as number)
  return null
}
