import { MillraceError } from '@millrace/plan'
import { logError } from '../failures.ts'
import { type ChunkContent, directoryBytes, type PlacedAppend } from '../journal/directory.ts'
import { encodeCommit } from '../journal/encode-commit.ts'
import type { JournalWriter } from '../journal/journal-writer.ts'
import type { Append, CommitFigures, Receipt } from '../log.ts'
import type { LogClock } from '../log-clock.ts'
import type { LogState } from '../state/log-state.ts'
import { receiptOf } from '../state/producers.ts'
import type { Tail } from '../state/tail.ts'
import { acceptedOf, applyAppend } from './apply-commit.ts'
import { checkAppend } from './check-append.ts'
import { contentsOf } from './chunk-content.ts'
import { FairQueue } from './fair-queue.ts'
import type { Waiters } from './waiters.ts'

export interface CommitLoopOptions {
  readonly directory: string
  readonly state: LogState
  readonly writer: JournalWriter
  readonly clock: LogClock
  readonly tail: Tail
  readonly waiters: Waiters
  readonly maxWaitingBytes: number
  /** Told of each append, in their order. */
  readonly appended: (append: Append, receipt: Receipt) => void
  readonly committed: (commit: CommitFigures) => void
}

/** An append that waits for its commit. */
interface Waiting {
  readonly append: Append
  readonly tenant: string
  readonly bytes: number
  readonly contents: readonly ChunkContent[]
  readonly receipt: Promise<Receipt>
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
}

/** A commit takes no more appends beyond this size: larger ones write no more in the same time, and all who wait would wait longer. */
const commitBytes = 2 * 2 ** 20

/** One commit is on its way to the disk; what comes meanwhile waits and makes the next one. */
export class CommitLoop {
  readonly #options: CommitLoopOptions
  readonly #queue = new FairQueue<Waiting>()
  /** The commit that is on its way. */
  #committing: readonly Waiting[] = []
  #running: Promise<void> | null = null
  #refused: MillraceError | null = null
  /** Receipts that are on their way, by producer and sequence. */
  readonly #pending = new Map<string, Promise<Receipt>>()

  constructor(options: CommitLoopOptions) {
    this.#options = options
  }

  async append(append: Append): Promise<Receipt> {
    this.refuseIfEnded()
    const bytes = checkAppend(append) + directoryBytes(append)
    const key = append.producer === undefined ? null : `${append.tenant}\0${append.producer.id}\0${append.producer.sequence}`
    const earlier = key === null ? null : this.#earlier(append, key)
    if (earlier !== null) return earlier
    this.#refuseIfBusy(append.tenant, bytes)
    const receipt = this.#enqueue(append, bytes)
    return key === null ? receipt : this.#rememberPending(key, receipt)
  }

  /** Nothing is accepted any more; resolves when what waited is committed or refused. */
  async close(refusal: MillraceError): Promise<void> {
    this.#refused ??= refusal
    await this.#running
  }

  /** Throws LOG_CLOSED or LOG_FAILED. */
  refuseIfEnded(): void {
    if (this.#refused !== null) throw this.#refused
  }

  /** Nothing is accepted any more, what waits is refused. */
  fail(error: MillraceError): void {
    this.#refused = error
    for (const { reject } of this.#queue.drain()) reject(error)
  }

  /** Resolves when what waits now is committed or refused. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#committing, ...this.#queue.all()].map(({ receipt }) => receipt))
  }

  get waitingBytes(): number {
    return this.#queue.bytes
  }

  get failed(): boolean {
    return this.#refused?.code === 'LOG_FAILED'
  }

  /** The receipt of the accepted or waiting append that this one repeats. */
  #earlier({ tenant, producer }: Append, key: string): Promise<Receipt> | Receipt | null {
    const pending = this.#pending.get(key)
    if (pending !== undefined) return pending.then((receipt) => ({ ...receipt, duplicate: true }))
    const found = this.#options.state.tenants.get(tenant)?.producers.find(producer!.id, producer!.sequence) ?? null
    if (found === 'too-old') throw new MillraceError('LOG_PRODUCER_SEQUENCE_TOO_OLD', { tenant, producer: producer!.id, sequence: producer!.sequence })
    return found === null ? null : receiptOf(found, true)
  }

  #rememberPending(key: string, receipt: Promise<Receipt>): Promise<Receipt> {
    this.#pending.set(key, receipt)
    const forget = (): boolean => this.#pending.delete(key)
    receipt.then(forget, forget)
    return receipt
  }

  /** Where too much waits, it is for those to come again later who have their share of it. */
  #refuseIfBusy(tenant: string, bytes: number): void {
    const { maxWaitingBytes } = this.#options
    const waitingBytes = this.#queue.bytes
    if (waitingBytes + bytes > maxWaitingBytes && !this.#queue.hasRoom(tenant, bytes, maxWaitingBytes)) throw new MillraceError('LOG_BUSY', { waitingBytes })
  }

  #enqueue(append: Append, bytes: number): Promise<Receipt> {
    const { clock, state } = this.#options
    const contents = contentsOf(append, clock.entryMs, () => clock.now(), state.seed)
    clock.entry(contents.at(-1)!.lastMs)
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>()
    this.#queue.add({ append, tenant: append.tenant, bytes, contents, receipt: promise, resolve, reject })
    this.#running ??= this.#run()
    return promise
  }

  async #run(): Promise<void> {
    while (!this.#queue.empty) {
      // Those who just got their receipts append again first: they join this commit instead of waiting for it.
      await new Promise((resolve) => setImmediate(resolve))
      const appends = this.#queue.take(commitBytes)
      this.#committing = appends
      try {
        if (appends.length > 0) await this.#commit(appends)
      } catch (error) {
        this.#refuse(appends, error)
      }
      this.#committing = []
    }
    this.#running = null
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    const { state, writer } = this.#options
    const appends = place(state, waiting)
    const rows = appends.reduce((sum, { append }) => sum + rowsOf(append), 0)
    const logMs = waiting.reduce((ms, { contents }) => Math.max(ms, contents.at(-1)!.lastMs), state.lastMs)
    const encoded = encodeCommit(state.id, { commit: state.commit + 1, logMs, rowsBefore: state.rows, rows }, appends)
    const { journal, at, tookMs, syncMs } = await writer.write(encoded)
    state.commit++
    state.lastMs = logMs
    const places = encoded.places.map((place) => at + place)
    let chunk = 0
    for (const append of appends) {
      for (const entry of applyAppend(state, append, journal, places, chunk)) this.#options.tail.add(entry)
      chunk += append.append.chunks.length
    }
    for (const [index, append] of appends.entries()) {
      const receipt = receiptOf(acceptedOf(append), false)
      this.#options.appended(append.append, receipt)
      waiting[index]!.resolve(receipt)
    }
    for (const { append } of appends) for (const { stream } of append.chunks) this.#options.waiters.notify(append.tenant, stream)
    this.#options.committed({ appends: appends.length, rows, bytes: encoded.bytes, tookMs, syncMs })
  }

  #refuse(appends: readonly Waiting[], cause: unknown): void {
    const error = logError(this.#options.directory, this.#options.directory, cause)
    for (const { reject } of appends) reject(error)
    if (error.code !== 'LOG_DISK_FULL') this.fail(error)
  }
}

/** Gives each append its sequences: only now, as a refused commit gives its sequences back. */
function place(state: LogState, waiting: readonly Waiting[]): readonly PlacedAppend[] {
  const next = new Map<string, number>()
  return waiting.map(({ append, contents }) => {
    const sequence = next.get(append.tenant) ?? state.tenants.get(append.tenant)?.nextSequence ?? state.firstSequence
    next.set(append.tenant, sequence + rowsOf(append))
    return { append, sequence, contents }
  })
}

function rowsOf(append: Append): number {
  return append.chunks.reduce((sum, chunk) => sum + chunk.rows, 0)
}
