import { MessageChannel, Worker } from 'node:worker_threads'
import type { Order, Report, RunId, RunSpec } from '../messages.ts'
import { Outbox } from '../outbox.ts'
import { hostRuns } from '../worker/run-host.ts'

/** Who hears of a run. */
export interface RunListener {
  report(report: Report): void
  /** The thread that ran it ended; `blamed`: during a turn of this run. */
  lost(reason: string, blamed: boolean): void
}

/** A run's line to its thread. */
export interface RunLine {
  readonly run: RunId
  send(order: Order): void
}

interface Thread {
  readonly orders: Outbox<Order>
  readonly listeners: Map<RunId, RunListener>
  /** [0]: the run whose turn it is; 0: none. */
  readonly running: Int32Array
  close(): Promise<void>
}

/**
 * Threads that run jobs. A thread that ends is replaced when it is next needed; its runs hear of it. With no threads,
 * runs take their turns in the thread of the pool.
 */
export class WorkerPool {
  readonly size: number
  private readonly threads: (Thread | null)[]
  private runs = 0
  private closed = false

  constructor(size: number) {
    this.size = size
    this.threads = new Array<Thread | null>(Math.max(1, size)).fill(null)
  }

  /** Runs with the same `spread` and neighbouring `index` come to different threads, as far as there are threads. */
  open(spec: RunSpec, listener: RunListener, place: number | null): RunLine {
    const at = place === null ? this.quietest() : place % this.threads.length
    const thread = this.threads[at] ?? this.start(at)
    this.threads[at] = thread
    const run = ++this.runs
    thread.listeners.set(run, listener)
    const send = (order: Order): void => {
      if (order.kind === 'drop') thread.listeners.delete(run)
      thread.orders.send(order)
    }
    send({ kind: 'open', run, spec })
    return { run, send }
  }

  /** A place for the first part of a spread job. */
  quietest(): number {
    const runs = this.threads.map((thread) => thread?.listeners.size ?? 0)
    return runs.indexOf(Math.min(...runs))
  }

  /** Ends a thread, whatever it does; its runs hear that it is lost. */
  async end(at: number): Promise<void> {
    await this.threads[at]?.close()
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.threads.map((thread) => thread?.close()))
    this.threads.fill(null)
  }

  private start(at: number): Thread {
    return this.size === 0 ? startHere() : this.startWorker(at)
  }

  private startWorker(at: number): Thread {
    const running = new Int32Array(new SharedArrayBuffer(4))
    const listeners = new Map<RunId, RunListener>()
    const worker = new Worker(threadUrl(), { workerData: { running } })
    const thread: Thread = {
      orders: new Outbox(worker),
      listeners,
      running,
      close: async () => {
        await worker.terminate()
      },
    }
    let reason = 'it stopped'
    worker.on('message', (reports: readonly Report[]) => tell(listeners, reports))
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', (code) => {
      if (this.threads[at] === thread) this.threads[at] = null
      if (this.closed) return
      const blamed = running[0]
      for (const [run, listener] of [...listeners]) listener.lost(`${reason} (exit code ${code})`, run === blamed)
    })
    return thread
  }
}

function tell(listeners: ReadonlyMap<RunId, RunListener>, reports: readonly Report[]): void {
  for (const report of reports) listeners.get(report.run)?.report(report)
}

/** A thread of the pool that is this one. */
function startHere(): Thread {
  const { port1, port2 } = new MessageChannel()
  const running = new Int32Array(1)
  const listeners = new Map<RunId, RunListener>()
  hostRuns(port2, running)
  port1.on('message', (reports: readonly Report[]) => tell(listeners, reports))
  return {
    orders: new Outbox(port1),
    listeners,
    running,
    close: async () => {
      port1.close()
    },
  }
}

/** Sources run as they are; what was built stands beside this file as JavaScript. */
function threadUrl(): URL {
  return new URL(`../worker/thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
}
