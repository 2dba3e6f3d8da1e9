import { type Transferable, Worker } from 'node:worker_threads'
import type { SinkSystem, SourceSystem } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { RefusedRow, Sink, SinkOpening, Source, SourceOpening } from '../contract.ts'
import { lost } from '../failures.ts'
import { type Answered, type NumberedOrder, type Order, type PackedMessages, type Report, unpacked } from './orders.ts'

export interface ConnectorThreadOptions {
  /** Addresses and ranges that may be connected to though they are not public. */
  readonly allow: readonly string[]
  /** Told when the thread ended by itself, and why. */
  readonly ended: (reason: string) => void
  /** Told what libraries print. */
  readonly printed: (text: string) => void
  /** What is closed has to be so within this time, or the thread ends. */
  readonly closeMs?: number
}

interface Waiting {
  readonly resolve: (answer: Answered) => void
  readonly reject: (error: Error) => void
}

/** Of JavaScript's heap: who makes more of it loses its own thread only. */
const mostHeapMb = 256
/** Those that take leave of silent systems wait for a few seconds at most. */
const usualCloseMs = 15_000

/**
 * Sources and sinks of one tenant in a thread of their own: what their libraries compute, hold, and break stays there, and their sockets reach
 * allowed addresses only.
 */
export class ConnectorThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #gone: Promise<void>
  readonly #closeMs: number
  #number = 0
  #over: string | null = null

  constructor({ allow, ended, printed, closeMs = usualCloseMs }: ConnectorThreadOptions) {
    const options = { workerData: { allow }, env: {}, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: mostHeapMb } }
    const worker = new Worker(threadUrl(), options)
    const gone = Promise.withResolvers<void>()
    this.#worker = worker
    this.#gone = gone.promise
    this.#closeMs = closeMs
    let reason = 'its thread ended'
    for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', printed)
    worker.on('message', (report: Report) => this.#told(report))
    worker.on('error', (error) => {
      reason = `its thread broke: ${error instanceof Error ? error.message : String(error)}`
    })
    worker.on('exit', () => {
      const isExpected = this.#over !== null
      this.#end(reason)
      gone.resolve()
      if (!isExpected) ended(reason)
    })
  }

  /** Opens a source of the system, unless the signal is given before it is open. Errors: those of `Source`. */
  async openSource(system: SourceSystem, opening: SourceOpening<unknown>, signal: AbortSignal): Promise<Source> {
    const connector = this.#newNumber()
    await this.#opened(connector, { call: 'openSource', connector, system, opening }, signal)
    return {
      next: async () => unpacked((await this.#ask({ call: 'next', connector })) as PackedMessages),
      accepted: async () => void (await this.#ask({ call: 'accepted', connector })),
      close: () => this.#closed(connector),
    }
  }

  /** Opens a sink of the system, unless the signal is given before it is open. Errors: those of `Sink`. */
  async openSink(system: SinkSystem, opening: SinkOpening<unknown>, signal: AbortSignal): Promise<Sink> {
    const connector = this.#newNumber()
    await this.#opened(connector, { call: 'openSink', connector, system, opening }, signal)
    return {
      write: async (rows) => (await this.#ask({ call: 'write', connector, rows })) as readonly RefusedRow[],
      close: () => this.#closed(connector),
    }
  }

  /** Whatever is open in it breaks off. */
  async close(): Promise<void> {
    this.#end('its thread was closed')
    await this.#worker.terminate()
    await this.#gone
  }

  async #opened(connector: number, order: Order, signal: AbortSignal): Promise<void> {
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop)
    try {
      await Promise.race([this.#ask(order), stopped])
    } catch (error) {
      // A system that is silent may take its time: nobody waits for that.
      this.#ask({ call: 'close', connector }).catch(() => {})
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Where the thread is gone, so is what was open. One that is stuck in what it computes hears of nothing: it is ended. */
  async #closed(connector: number): Promise<void> {
    const timer = setTimeout(() => void this.#worker.terminate(), this.#closeMs)
    await this.#ask({ call: 'close', connector }).catch(() => {})
    clearTimeout(timer)
  }

  #ask(order: Order): Promise<Answered> {
    if (this.#over !== null) return Promise.reject(lost('The system', this.#over))
    const number = this.#newNumber()
    const { promise, resolve, reject } = Promise.withResolvers<Answered>()
    this.#waiting.set(number, { resolve, reject })
    const numbered: NumberedOrder = { number, order }
    this.#worker.postMessage(numbered, movedWith(order))
    return promise
  }

  #told({ number, answer, failure }: Report): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    if (failure === null) waiting?.resolve(answer)
    else waiting?.reject(new MillraceError(failure.code, failure.context))
  }

  #end(reason: string): void {
    this.#over ??= reason
    for (const { reject } of this.#waiting.values()) reject(lost('The system', reason))
    this.#waiting.clear()
  }

  #newNumber(): number {
    return ++this.#number
  }
}

/** Lines are made for the sink alone. */
function movedWith(order: Order): Transferable[] {
  return order.call === 'write' && order.rows.lines.buffer instanceof ArrayBuffer ? [order.rows.lines.buffer] : []
}

/** Sources run as they are; what was built stands beside this file as JavaScript. */
function threadUrl(): URL {
  return new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
}
