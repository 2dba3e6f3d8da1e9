import type { Chunk, ChunkKind } from '../chunk.ts'

/** What the segments ask of the journals. All but `read` and `release` answer from memory. */
export interface ClosedJournals {
  /** Numbers of the closed journals that are still there, ascending. */
  closed(): readonly number[]
  /** Number of the journal that is written now. */
  current(): number
  /** Streams that have chunks above their `through` in closed journals. */
  waiting(): Iterable<WaitingStream>
  /** The stream's chunks in closed journals whose first sequence is above `after`, in order. */
  chunks(tenant: string, stream: string, after: number): readonly JournalChunk[]
  /** First sequence of the newest chunk of the stream in any journal, the current one too; null: none. */
  newest(tenant: string, stream: string): number | null
  /** Bytes of the stream in all journals above its `through`. */
  bytes(tenant: string, stream: string): number
  /** null: it is damaged, and was reported. */
  read(chunk: JournalChunk): Promise<Chunk | null>
  /** What is in segments is durable now: forgets chunks up to `through`, removes closed journals that have none left. */
  release(): Promise<void>
}

export interface WaitingStream {
  readonly tenant: string
  readonly stream: string
  /** Of its chunks in closed journals. */
  readonly bytes: number
  /** Number of the oldest journal that has one. */
  readonly oldestJournal: number
}

/** A chunk in a closed journal, without its rows. */
export interface JournalChunk {
  readonly tenant: string
  readonly stream: string
  readonly journal: number
  readonly kind: ChunkKind
  readonly rows: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly lastIngestionMs: number
  readonly payloadBytes: number
}
