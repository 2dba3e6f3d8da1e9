import { countShared } from '@millrace/columns'
import type { Log, LogReader, NewChunk, Piece } from '@millrace/log'
import type { Failure, MergeStream, Order, Report, RunFigures, RunSpec } from '../messages.ts'
import type { RunLine, RunListener, WorkerPool } from '../pool/worker-pool.ts'

/** What a part tells its job. */
export interface PartListener {
  results(part: Part, report: Extract<Report, { kind: 'results' }>): void
  snapshotTaken(part: Part, report: Extract<Report, { kind: 'snapshot' }>): void
  failed(part: Part, failure: Failure): void
  lost(part: Part, reason: string, blamed: boolean): void
  /** Something changed that others may wait for. */
  changed(): void
}

/** An order to a part, which knows its run. */
type PartOrder = Order extends infer O ? (O extends { readonly run: number } ? Omit<O, 'run'> : O) : never

/** Who waits for an answer of the run. */
interface Asked<A> {
  readonly resolve: (answer: A) => void
  readonly reject: (error: Error) => void
}

/** A run of a job, or of one part of it: hands over what the log has for it. */
export class Part implements RunListener {
  readonly index: number
  opened = false
  /** Sequence of the last entry handed over, which every other part is handed too, sooner or later. */
  lastEntry: number
  private line: RunLine | null = null
  private readonly reader: LogReader
  private readonly listener: PartListener
  /** Grows with all that the run does. */
  steps = 0
  /** Pieces orders sent. */
  private sent = 0
  /** How often the log had no more when the run asked. */
  waits = 0
  /** It had no more when the run last asked. */
  caughtUp = false
  private idle: Extract<Report, { kind: 'idle' }> | null = null
  private readonly asked: Asked<RunFigures>[] = []
  private readonly merging = new Map<number, Asked<readonly NewChunk[]>>()
  private closed = false

  constructor(index: number, log: Log, tenant: string, streams: readonly string[], position: number, listener: PartListener) {
    this.index = index
    this.listener = listener
    this.lastEntry = position
    this.reader = log.reader({ tenant, streams, from: position + 1 })
  }

  /** All that the log has was taken. */
  get settled(): boolean {
    return this.caughtUp && this.idle !== null && this.idle.taken === this.sent
  }

  /** When a tick would change something, once settled; null: none would. */
  get nextTickMs(): number | null {
    return this.idle?.nextTickMs ?? null
  }

  /** Everything up to this sequence was handed over. */
  get handedOver(): number {
    return this.reader.position - 1
  }

  open(pool: WorkerPool, spec: RunSpec, place: number | null): void {
    this.line = pool.open(spec, this, place)
  }

  send(order: PartOrder): void {
    if (this.line !== null && !this.closed) this.line.send({ ...order, run: this.line.run } as Order)
  }

  lost(reason: string, blamed: boolean): void {
    if (!this.closed) this.listener.lost(this, reason, blamed)
  }

  report(report: Report): void {
    if (this.closed) return
    if (report.kind !== 'figures') this.steps++
    switch (report.kind) {
      case 'opened':
        this.opened = true
        break
      case 'want':
        void this.handOver()
        return
      case 'idle':
        this.idle = report
        break
      case 'results':
        for (const { payload } of report.chunks) countShared(payload.buffer, payload.length)
        this.listener.results(this, report)
        break
      case 'snapshot':
        this.listener.snapshotTaken(this, report)
        break
      case 'figures':
        this.asked.shift()?.resolve(report.figures)
        return
      case 'merged':
        this.merging.get(report.task)?.resolve(report.chunks)
        this.merging.delete(report.task)
        return
      case 'failed':
        this.listener.failed(this, report.failure)
        return
      default:
        report satisfies never
    }
    this.listener.changed()
  }

  figures(): Promise<RunFigures> {
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject })
      this.send({ kind: 'figures' })
    })
  }

  /** Puts results of all parts into one order, in the thread of this one. */
  merge(task: number, streams: readonly MergeStream[]): Promise<readonly NewChunk[]> {
    return new Promise((resolve, reject) => {
      this.merging.set(task, { resolve, reject })
      this.send({ kind: 'merge', task, streams })
    })
  }

  close(): void {
    this.send({ kind: 'drop' })
    this.closed = true
    this.reader.close()
    for (const { reject } of [...this.asked, ...this.merging.values()]) reject(new Error('the run ended before it answered'))
  }

  private async handOver(): Promise<void> {
    try {
      let pieces = await this.reader.read()
      while (pieces.length === 0 && !this.closed) {
        this.caughtUp = true
        this.waits++
        this.listener.changed()
        await this.reader.wait()
        // Before it is read: what is read counts as handed over, and nobody may take the job for settled until it is.
        this.caughtUp = false
        pieces = this.closed ? [] : await this.reader.read()
      }
      if (this.closed) return
      this.sent++
      this.lastEntry = lastSequenceOf(pieces.at(-1) as Piece)
      this.send({ kind: 'pieces', pieces, upTo: this.handedOver })
    } catch (error) {
      if (!this.closed) this.listener.failed(this, { code: 'JOB_READ', message: String(error), stack: error instanceof Error ? (error.stack ?? '') : '' })
    }
  }
}

function lastSequenceOf({ chunk: { runs }, to }: Piece): number {
  let run = 0
  let first = 0
  while (first + (runs.rows[run] as number) < to) first += runs.rows[run++] as number
  return (runs.sequence[run] as number) + to - 1 - first
}
