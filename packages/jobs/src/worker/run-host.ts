import type { MessagePort } from 'node:worker_threads'
import { MillraceError } from '@millrace/plan'
import type { Failure, Order, Report, RunId } from '../messages.ts'
import { Outbox } from '../outbox.ts'
import { mergeResults } from '../results/merge-results.ts'
import { ChunkBatches } from './chunk-batches.ts'
import { JobRun, type RunHost } from './job-run.ts'
import { SnapshotMemory } from './snapshot-memory.ts'
import { Turns } from './turns.ts'

/** Time for turns before messages are looked at, ms: who comes with something new waits no longer than one turn of another. */
const roundMs = 2

/**
 * Runs jobs in this thread, as the port's orders say, turn by turn. `running[0]` is the number of the run whose turn it
 * is, so that who ended a thread is known; 0: none.
 */
export function hostRuns(port: MessagePort, running: Int32Array): void {
  const host = new Runs(port, running)
  port.on('message', (orders: readonly Order[]) => {
    for (const order of orders) host.take(order)
  })
}

class Runs implements RunHost {
  readonly batches = new ChunkBatches()
  readonly memory = new SnapshotMemory()
  private readonly reports: Outbox<Report>
  private readonly running: Int32Array
  private readonly runs = new Map<RunId, JobRun>()
  private readonly turns = new Turns<JobRun>()
  private scheduled = false

  constructor(port: MessagePort, running: Int32Array) {
    this.reports = new Outbox(port)
    this.running = running
  }

  send(report: Report): void {
    this.reports.send(report)
  }

  now(): number {
    return performance.now()
  }

  take(order: Order): void {
    if (order.kind === 'reuse') this.memory.give(order.memory)
    else if (order.kind === 'open') this.guarded(order.run, () => this.open(order.run, order.spec))
    else {
      const run = this.runs.get(order.run)
      if (run !== undefined) this.guarded(order.run, () => this.tell(run, order))
    }
  }

  private open(id: RunId, spec: Extract<Order, { kind: 'open' }>['spec']): void {
    const run = new JobRun(id, spec, this)
    this.runs.set(id, run)
    this.batches.join(run.tenant, run.streams)
    this.turns.add(run)
    this.send({ kind: 'opened', run: id })
    run.start()
  }

  private tell(run: JobRun, order: Exclude<Order, { kind: 'open' | 'reuse' }>): void {
    switch (order.kind) {
      case 'pieces':
        run.add(order.pieces, order.upTo)
        break
      case 'appended':
        this.charged(run, () => run.appended())
        break
      case 'snapshot':
        run.want(order.at, order.stop)
        break
      case 'figures':
        this.send({ kind: 'figures', run: run.run, figures: { ...run.figures(), threadCpuMs: cpuMs() } })
        break
      case 'merge':
        this.charged(run, () => this.send({ kind: 'merged', run: run.run, task: order.task, chunks: order.streams.flatMap(mergeResults) }))
        return
      case 'drop':
        this.drop(run)
        return
      default:
        order satisfies never
    }
    this.settle(run)
  }

  private settle(run: JobRun): void {
    if (run.ready) this.turns.wake(run)
    else this.turns.rest(run)
    if (run.ready && !this.scheduled) {
      this.scheduled = true
      setImmediate(() => this.round())
    }
  }

  private round(): void {
    this.scheduled = false
    const until = performance.now() + roundMs
    for (let run = this.turns.next(); run !== null; run = performance.now() < until ? this.turns.next() : null) this.turn(run)
    const more = this.turns.next()
    if (more !== null) this.settle(more)
  }

  private turn(run: JobRun): void {
    this.running[0] = run.run
    const used = this.charged(run, () => this.guarded(run.run, () => run.turn()))
    this.running[0] = 0
    run.measure(used)
    if (this.runs.has(run.run)) this.settle(run)
  }

  /** Processor time that it took, ms; the run pays for it. */
  private charged(run: JobRun, work: () => void): number {
    const before = cpuMs()
    work()
    const used = cpuMs() - before
    run.charge(used)
    this.turns.charge(run, used)
    return used
  }

  /** What a job does wrong is its own misfortune. */
  private guarded(id: RunId, work: () => void): void {
    try {
      work()
    } catch (error) {
      const run = this.runs.get(id)
      if (run !== undefined) this.drop(run)
      this.send({ kind: 'failed', run: id, failure: failureOf(error) })
    }
  }

  private drop(run: JobRun): void {
    if (!this.runs.delete(run.run)) return
    this.batches.leave(run.tenant, run.streams)
    this.turns.remove(run)
  }
}

/** Of this thread, ms. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function failureOf(error: unknown): Failure {
  if (error instanceof MillraceError) return { code: error.code, message: `${error.message} ${error.action}`, stack: error.stack ?? '' }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: 'JOB_FAULT', message, stack: stack ?? '' }
}
