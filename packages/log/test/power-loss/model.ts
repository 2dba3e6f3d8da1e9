import type { NewChunk, Pin, Receipt, Retention } from '@millrace/log'

/**
 * waiting: not answered yet. refused: answered that nothing was appended. unknown: nobody was told; whole or absent.
 * there: acknowledged, or seen by a reader. absent: looked for and not found.
 */
export type Fate = 'waiting' | 'refused' | 'unknown' | 'there' | 'absent'

/** A chunk of an append, and what may have happened to it. */
export interface ModelChunk {
  readonly new: NewChunk
  /** Rows of its append before it. */
  readonly offset: number
  erased: 'no' | 'perhaps' | 'yes'
  /** It was looked for and not found, as retention allows. */
  gone: boolean
  /** Others of its stream went when it might have gone with them: it may do so from now on, as a read sees only a part of what is being dropped. */
  doomed: boolean
}

export interface ModelAppend {
  readonly id: number
  readonly producer?: { readonly id: string; readonly sequence: number }
  readonly chunks: readonly ModelChunk[]
  fate: Fate
  /** Of its first row; null while unknown. */
  sequence: number | null
  ingestionMs: number | null
}

export interface ModelPin {
  readonly pin: Pin
  /** Log time at which it was set. */
  readonly sinceMs: number
  /** By stream: the first sequence that it keeps for sure. */
  readonly keeps: ReadonlyMap<string, number>
}

/** What a tenant was told, and so must find again. */
export class ModelTenant {
  readonly name: string
  readonly appends: ModelAppend[] = []
  readonly byId = new Map<number, ModelAppend>()
  readonly retentions = new Map<string, Retention[]>()
  readonly pins = new Map<string, ModelPin>()
  /** The next sequence of each producer. */
  readonly producers = new Map<string, number>()
  /** Producers of appends with lower numbers may be forgotten: all of the tenant was erased. */
  rememberedFrom = 0
  /** No sequence below it is given any more. */
  nextSequence = 1
  lastMs = Number.NEGATIVE_INFINITY
  /** The latest that the clock ever showed, ms: what was too old then may be gone. */
  latestMs = 0

  constructor(name: string) {
    this.name = name
  }

  /** It may be sent again: then it is known already. */
  add(append: ModelAppend): void {
    if (this.byId.has(append.id)) return
    this.appends.push(append)
    this.byId.set(append.id, append)
  }

  /** A receipt of the log, or what a reader saw of an append. */
  settle(append: ModelAppend, sequence: number, ingestionMs: number): void {
    append.fate = 'there'
    append.sequence = sequence
    append.ingestionMs = ingestionMs
    this.nextSequence = Math.max(this.nextSequence, sequence + rowsIn(append))
    this.lastMs = Math.max(this.lastMs, ingestionMs)
  }
}

/** The log time that a row must have; null while nobody knows. */
export function timeOf({ ingestionMs }: ModelAppend, chunk: ModelChunk, row: number): number | null {
  return chunk.new.ingestionMs?.[row] ?? ingestionMs
}

export function rowsIn({ chunks }: ModelAppend): number {
  return chunks.reduce((sum, chunk) => sum + chunk.new.rows, 0)
}

/** The sequences that a receipt for an append must have. */
export function sequencesOf(append: ModelAppend, first: number): readonly number[] {
  return append.chunks.map(({ offset }) => first + offset)
}

export function firstOf(receipt: Receipt): number {
  return receipt.sequences[0] ?? Number.NaN
}
