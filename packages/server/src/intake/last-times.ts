import { type Batch, decodeBatch, type Float64Column } from '@millrace/columns'
import type { Log, NewChunk, Piece } from '@millrace/log'
import type { RegisteredStream } from '../streams/stream-registry.ts'

/** Sequences that are looked through for a stream's last record, at first. */
const firstSpan = 10_000

/** Event times of the last records of streams whose records without time take that of the record before (semantics T7). */
export class LastTimes {
  private readonly log: Pick<Log, 'reader' | 'stream'>
  /** `ms` NaN: the stream has no record. */
  private readonly known = new Map<string, { readonly ms: number; readonly durable: boolean }>()

  constructor(log: Pick<Log, 'reader' | 'stream'>) {
    this.log = log
  }

  /** Whether the stream's records need it. */
  static concerns({ node }: RegisteredStream): boolean {
    return node.withoutTime === 'previous' && node.time !== null
  }

  /** Resolves when the time of the stream's last record in the log is known. */
  async find(stream: RegisteredStream): Promise<void> {
    const { tenant, name } = stream
    const key = keyOf(stream)
    // A stream that was deleted and made anew has nothing of the one before.
    if (this.known.get(key)?.durable === true && (this.log.stream(tenant, name)?.rows ?? 0) === 0) this.known.delete(key)
    if (this.known.has(key)) return
    const ms = await this.read(stream)
    if (!this.known.has(key)) this.known.set(key, { ms, durable: true })
  }

  /** ms; NaN: there is none. */
  of(stream: RegisteredStream): number {
    return this.known.get(keyOf(stream))?.ms ?? Number.NaN
  }

  /** These are on their way to the log: what is decoded from now on comes behind them. */
  note(stream: RegisteredStream, chunks: readonly NewChunk[]): void {
    const last = chunks.findLast(({ kind }) => kind === 'batch')
    if (last !== undefined) this.known.set(keyOf(stream), { ms: timeIn(decodeBatch(last.payload), last.rows - 1, stream), durable: false })
  }

  /** They came there. */
  durable(stream: RegisteredStream): void {
    const known = this.known.get(keyOf(stream))
    if (known !== undefined) this.known.set(keyOf(stream), { ...known, durable: true })
  }

  /** They did not come there. */
  forget(stream: RegisteredStream): void {
    this.known.delete(keyOf(stream))
  }

  private async read(stream: RegisteredStream): Promise<number> {
    const { tenant, name } = stream
    const figures = this.log.stream(tenant, name)
    if (figures?.lastSequence == null || figures.firstSequence === null) return Number.NaN
    // Behind the last record may stand entries of the log's clock, and the tenant's other streams take sequences, too.
    for (let span = firstSpan; ; span *= 8) {
      const from = Math.max(figures.firstSequence, figures.lastSequence + 1 - span)
      const piece = await this.lastPiece(stream, from)
      if (piece !== null) return timeIn(decodeBatch(piece.chunk.payload), piece.to - 1, stream)
      if (from === figures.firstSequence) return Number.NaN
    }
  }

  private async lastPiece({ tenant, name }: RegisteredStream, from: number): Promise<Piece | null> {
    const reader = this.log.reader({ tenant, streams: [name], from })
    try {
      let last: Piece | null = null
      for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
        last = pieces.findLast(({ chunk }) => chunk.kind === 'batch') ?? last
      return last
    } finally {
      reader.close()
    }
  }
}

function timeIn({ fields, columns }: Batch, row: number, { node }: RegisteredStream): number {
  const column = columns[fields.findIndex(({ name }) => name === node.time)] as Float64Column | undefined
  return column?.values[row] ?? Number.NaN
}

function keyOf({ tenant, name }: RegisteredStream): string {
  return `${tenant}\n${name}`
}
