import { encodeBatch } from '@millrace/columns'
import type { EndInput, Input, Job, JobStats, RowsInput } from '@millrace/engine'
import type { DeadLetters } from '@millrace/formats'
import { clockStream } from '@millrace/jobs'
import type { Log, NewChunk } from '@millrace/log'
import type { MillraceError } from '@millrace/plan'
import { DeadLetterFeed } from './dead-letter-feed.ts'
import { Waiting } from './waiting.ts'

/** Entries that go into one append. */
const rowsOfAppend = 16_384
/** Chunks that go into one append: of streams that take turns, records make many small ones. */
const chunksOfAppend = 4_096
const noBytes = new Uint8Array(0)

/** Where a run's records come from, as the log knows it. */
export interface Source {
  /** Null: what comes cannot be read again, so nothing of it is left out. */
  readonly producer: string | null
  /** Entries up to this sequence of the run were appended by earlier runs. */
  readonly appendedUpTo: number
  /** Why nothing behind those is taken; null: it is. */
  readonly refusal: MillraceError | null
  /** The log has its end already. */
  readonly ended: boolean
}

/**
 * What a local log gives its job, appended to a log on disk instead; what an earlier run appended is left out.
 * `ticker` is the job that says where ticks stand, where several streams make them count (semantics T8).
 */
export class LogFeed implements Job {
  private readonly log: Log
  private readonly tenant: string
  private readonly source: Source
  private readonly ticker: Job | null
  private readonly deadLetters: DeadLetterFeed
  private readonly waiting = new Waiting()
  private chunks: NewChunk[] = []
  private rows = 0
  private sequence = 0

  constructor(log: Log, tenant: string, source: Source, ticker: Job | null) {
    this.log = log
    this.tenant = tenant
    this.source = source
    this.ticker = ticker
    this.deadLetters = new DeadLetterFeed(log, tenant, source.producer, this.waiting)
  }

  push(input: Input): void {
    this.ticker?.push(input)
    const count = input.kind === 'rows' ? input.to - input.from : 1
    const first = input.kind === 'rows' ? (input.sequence as number) : input.sequence
    this.sequence = Math.max(this.sequence, first + count)
    if (input.kind === 'end') this.end()
    else if (this.sequence > this.source.appendedUpTo) this.take(input, first, count)
  }

  run(): 'done' | 'more' {
    return this.ticker?.run() ?? 'done'
  }

  nextTickMs(): number | null {
    return this.ticker?.nextTickMs() ?? null
  }

  snapshot(): Uint8Array {
    throw new Error('the state is that of the job over the log')
  }

  stats(): JobStats {
    throw new Error('the figures are those of the job over the log')
  }

  /** Dead letters of the run's input with that number. */
  takeLetters(input: number, stream: string, letters: DeadLetters): void {
    this.deadLetters.take(input, stream, letters)
  }

  /** Appends what is collected. */
  flush(): void {
    // Of a file of which nothing fits nothing is kept, as far as memory allows: it is the wrong file.
    const { tenant, chunks, sequence, source } = this
    if (sequence > 0 || source.producer === null) this.deadLetters.flush()
    if (chunks.length === 0) return
    this.chunks = []
    this.rows = 0
    this.waiting.add(this.log.append({ tenant, chunks, ...(source.producer !== null && { producer: { id: source.producer, sequence } }) }))
  }

  /** Resolves when there is room for more; throws what an append failed with. */
  room(): Promise<void> {
    return this.waiting.room()
  }

  /** Resolves when everything appended is durable. */
  async settle(): Promise<void> {
    this.flush()
    await this.waiting.none()
  }

  private take(input: Exclude<Input, EndInput>, first: number, count: number): void {
    const { refusal, appendedUpTo } = this.source
    if (refusal !== null) throw refusal
    const skip = Math.max(0, appendedUpTo - first)
    this.chunks.push(input.kind === 'rows' ? rowsChunk(input, skip) : { ...entryOf(streamOf(input), input.kind), ingestionMs: Float64Array.of(input.logMs) })
    this.rows += count - skip
    if (this.rows >= rowsOfAppend || this.chunks.length >= chunksOfAppend) this.flush()
  }

  /** A file that lost its last records since they were appended ends behind them all the same. */
  private end(): void {
    const { ended, refusal, appendedUpTo } = this.source
    // The end itself was the last entry.
    if (ended && this.sequence <= appendedUpTo) return
    if (refusal !== null) throw refusal
    this.sequence = Math.max(this.sequence, appendedUpTo + 1)
    this.chunks.push(entryOf(clockStream, 'end'))
  }
}

function rowsChunk({ stream, batch, from, to, ingestion }: RowsInput, skip: number): NewChunk {
  const first = from + skip
  const ingestionMs = typeof ingestion === 'number' ? new Float64Array(to - first).fill(ingestion) : ingestion.slice(first, to)
  const payload = encodeBatch(batch, first, to, { shared: true })
  return { stream, kind: 'batch', rows: to - first, schema: 1, payload, ingestionMs }
}

function entryOf(stream: string, kind: 'tick' | 'paused' | 'resumed' | 'end'): NewChunk {
  return { stream, kind, rows: 1, schema: 0, payload: noBytes }
}

function streamOf(input: Exclude<Input, RowsInput | EndInput>): string {
  return input.kind === 'tick' ? clockStream : input.stream
}
