import { type Batch, decodeBatch, encodeBatch, gatherBatches } from '@millrace/columns'
import type { Log, NewChunk, Receipt } from '@millrace/log'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { type Appending, idsOf, KnownIds, type MessageId } from './known-ids.ts'
import { newestIds } from './newest-ids.ts'

/** Of each stream so many of the newest records are known by their message ids; docs/records-in.md promises it. */
export const knownOfStream = 100_000
/** Of all streams; beyond it the ids of the stream that was heard of least recently are read from the log when it comes again. */
const knownInAll = 2_000_000

interface Known {
  readonly ids: KnownIds
  readonly ready: Promise<void>
  /** Resolves once those that came before were given to the log. */
  before: Promise<unknown>
  /** Appends under way. */
  appending: number
}

export interface Appended {
  /** Null: there was nothing new, and no producer to know it of. */
  readonly receipt: Receipt | null
  /** What was appended. */
  readonly chunks: readonly NewChunk[]
  /** Of the records given, those that were not kept again, ascending. */
  readonly repeated: readonly number[]
}

/**
 * Keeps records of streams with a message-id column once. The ids are those of the newest records in the log, so that they are the same after
 * a restart. A record that repeats one under way waits for it: if that one fails, this one is new.
 */
export class MessageIds {
  readonly #log: Pick<Log, 'append' | 'reader' | 'stream'>
  readonly #most: number
  /** What was heard of last stands last. */
  readonly #known = new Map<string, Known>()

  constructor(log: Pick<Log, 'append' | 'reader' | 'stream'>, most = knownOfStream) {
    this.#log = log
    this.#most = most
  }

  /** Appends what of the chunks is new; resolves once all of them is durable. */
  async append(stream: RegisteredStream, column: string, chunks: readonly NewChunk[], append: Append): Promise<Appended> {
    const known = this.#of(stream, column)
    try {
      await known.ready
      // One after the other: ids are known in the order of the log.
      const begun = known.before.then(() => begin(known.ids, column, chunks, append))
      known.before = begun.catch(() => {})
      const { durable, fresh, repeated } = await begun
      return { receipt: await durable, chunks: fresh, repeated }
    } finally {
      known.appending--
    }
  }

  #of(stream: RegisteredStream, column: string): Known {
    const { tenant, name } = stream
    const key = JSON.stringify([tenant, name, column])
    const found = this.#known.get(key)
    this.#known.delete(key)
    // A stream that was deleted and made anew knows nothing of the one before.
    const isGone = found !== undefined && found.appending === 0 && (this.#log.stream(tenant, name)?.rows ?? 0) === 0
    const known = found === undefined || isGone ? this.#read(stream, column) : found
    known.appending++
    this.#known.set(key, known)
    known.ready.catch(() => this.#known.delete(key))
    this.#forgetOldest()
    return known
  }

  #read({ tenant, name }: RegisteredStream, column: string): Known {
    const ids = new KnownIds(this.#most)
    const ready = newestIds(this.#log, { tenant, stream: name, column }, this.#most).then((newest) => {
      for (const id of newest) ids.add(id, null)
    })
    return { ids, ready, before: Promise.resolve(), appending: 0 }
  }

  #forgetOldest(): void {
    let all = 0
    for (const { ids } of this.#known.values()) all += ids.size
    for (const [key, { ids, appending }] of this.#known) {
      if (all <= knownInAll) return
      if (appending > 0) continue
      this.#known.delete(key)
      all -= ids.size
    }
  }
}

type Append = (fresh: readonly NewChunk[]) => Promise<Receipt | null>

interface Begun {
  readonly durable: Promise<Receipt | null>
  readonly fresh: readonly NewChunk[]
  readonly repeated: readonly number[]
}

/** Gives to the log what is new, once it is known whether what it repeats is kept: a producer's body is appended once, so it cannot be mended later. */
async function begin(ids: KnownIds, column: string, chunks: readonly NewChunk[], append: Append): Promise<Begun> {
  let found = unrepeated(chunks, column, ids)
  if (found.waits.size > 0) {
    await Promise.all([...found.waits].map(({ over }) => over))
    found = unrepeated(chunks, column, ids)
  }
  const { fresh, added, repeated } = found
  const durable = append(fresh)
  const end = (isKept: boolean): void => {
    appending.isOver = true
    if (!isKept) ids.forget(added, appending)
  }
  // What the log takes for a repetition of another body is not in it.
  const over = durable.then(
    (receipt) => end(receipt?.duplicate !== true),
    () => end(false),
  )
  const appending: Appending = { over, isOver: false }
  for (const id of added) ids.add(id, appending)
  return { durable, fresh, repeated }
}

interface Unrepeated {
  readonly fresh: readonly NewChunk[]
  readonly added: ReadonlySet<MessageId>
  readonly repeated: readonly number[]
  /** Appends under way that hold what is repeated. */
  readonly waits: ReadonlySet<Appending>
}

function unrepeated(chunks: readonly NewChunk[], column: string, known: KnownIds): Unrepeated {
  const added = new Set<MessageId>()
  const repeated: number[] = []
  const waits = new Set<Appending>()
  let first = 0
  const fresh = chunks.flatMap((chunk) => {
    if (chunk.kind !== 'batch') return [chunk]
    const batch = decodeBatch(chunk.payload)
    const rows: number[] = []
    const idOf = idsOf(batch.columns[batch.fields.findIndex(({ name }) => name === column)])
    for (let row = 0; row < batch.rows; row++) {
      const id = idOf?.(row)
      const before = id === undefined ? undefined : known.find(id)
      if (id !== undefined && (before !== undefined || added.has(id))) {
        if (before?.isOver === false) waits.add(before)
        repeated.push(first + row)
      } else {
        if (id !== undefined) added.add(id)
        rows.push(row)
      }
    }
    first += batch.rows
    return rows.length === batch.rows ? [chunk] : rows.length === 0 ? [] : [withRows(chunk, batch, rows)]
  })
  return { fresh, added, repeated, waits }
}

function withRows(chunk: NewChunk, batch: Batch, rows: readonly number[]): NewChunk {
  const picked = gatherBatches([batch], new Uint8Array(rows.length), Int32Array.from(rows))
  return { ...chunk, rows: picked.rows, payload: encodeBatch(picked, 0, picked.rows, { shared: true }) }
}
