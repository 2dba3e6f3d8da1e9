import type { Rows } from '@millrace/columns'
import { type Job, type JobSink, openJob, openSharedJob, SharedJob } from '@millrace/engine'
import type { NewChunk, Piece } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { lateStream, outputStream } from '../job-spec.ts'
import type { Report, RunFigures, RunId, RunSpec } from '../messages.ts'
import { ResultCollector } from '../results/result-collector.ts'
import type { ChunkBatches } from './chunk-batches.ts'
import { Inputs, type Taken } from './inputs.ts'
import type { SnapshotMemory } from './snapshot-memory.ts'
import type { Runnable } from './turns.ts'

/** Processor time a turn should take, ms: short enough that others need not wait, long enough to be worth it. */
const turnMs = 4
const fewestRowsOfTurn = 64
const maxRowsOfTurn = 65_536
/** What a record caused may be much more than a turn's work. */
const maxResultsOfTurn = 4_096
/** Members bring a chunk each: fewer of their rows are handed over together. */
const shareOfMembers = 1 / 4
/** Processor time, or records, between two looks at what the state holds. */
const quotaEveryMs = 50
const quotaEveryRows = 16_384

/** What a run has of its worker. */
export interface RunHost {
  readonly batches: ChunkBatches
  readonly memory: SnapshotMemory
  send(report: Report): void
  /** Monotonic, ms. */
  now(): number
}

/** A job, or a part of one, being run: turn by turn it takes entries of the log and hands over what they cause. */
export class JobRun implements Runnable {
  readonly run: RunId
  readonly tenant: string
  readonly streams: readonly string[]
  readonly weight: number
  private readonly spec: RunSpec
  private readonly host: RunHost
  private readonly job: Job
  private readonly inputs: Inputs
  private readonly collectors = new Map<string, ResultCollector>()
  private collectedRows = 0
  private position: number
  /** Of the last results sent. */
  private sentPosition: number
  /** They were not all of the input's. */
  private sentUnsettled = false
  /** The input that the job is at; null: it is at a boundary. */
  private current: Taken | null = null
  /** Few at first: after a restart nobody knows how much the next rows cause. */
  private rowsOfTurn = fewestRowsOfTurn
  /** Of the input that was taken last: processor time so far, and results. */
  private inputMs = 0
  private inputResults = 0
  private asked = false
  private piecesTaken = 0
  private appending = false
  private wanted: { readonly at: number | null; readonly stop: boolean } | null = null
  private stopped = false
  private idleTold = false
  private cpuMs = 0
  private quotaAtMs = 0
  private quotaRows = 0
  private bytesIn = 0
  private bytesOut = 0

  constructor(run: RunId, spec: RunSpec, host: RunHost) {
    this.run = run
    this.tenant = spec.tenant
    this.streams = Object.keys(spec.plan.streams)
    this.weight = spec.weight
    this.spec = spec
    this.host = host
    this.position = spec.position
    this.sentPosition = spec.position
    this.inputs = new Inputs(spec.plan, host.batches, spec.position)
    this.job = this.open()
  }

  /** Whether a turn would do anything. */
  get ready(): boolean {
    const full = this.appending && this.collectedRows >= this.maxCollectedRows
    if (this.current !== null) return !full
    if (this.stopped) return false
    if (this.isDue()) return !this.appending
    return this.inputs.waiting > 0 && !full
  }

  add(pieces: readonly Piece[], upTo: number): void {
    this.asked = false
    this.piecesTaken++
    this.idleTold = false
    for (const { chunk, from, to } of pieces) this.bytesIn += Math.ceil((chunk.payload.length * (to - from)) / chunk.rows)
    this.inputs.add(pieces, upTo)
    this.ask()
  }

  appended(): void {
    this.appending = false
    if (this.current === null || this.collectedRows >= this.maxCollectedRows) this.handOver()
    this.tellIdle()
  }

  /** A snapshot after all entries up to `at`, or as soon as it can be; a stop is not taken back. */
  want(at: number | null, stop: boolean): void {
    if (this.wanted?.stop !== true) this.wanted = { at, stop }
  }

  /** Does some work; the caller tells what it cost. */
  turn(): void {
    if (this.current === null) this.begin()
    if (this.current !== null) {
      if (this.job.run() === 'done') this.finish(this.current)
      else if (this.collectedRows >= this.maxCollectedRows) this.handOver()
    }
    this.ask()
    this.tellIdle()
  }

  charge(cpuMs: number): void {
    this.cpuMs += cpuMs
  }

  /** What a turn took: the next input is cut so that all its turns take one's time, and give few results, as far as the last one tells. */
  measure(cpuMs: number): void {
    this.inputMs += cpuMs
    if (this.current !== null) return
    if (this.inputMs > 2 * turnMs || 2 * this.inputResults > this.spec.handOverRows) this.rowsOfTurn = Math.max(fewestRowsOfTurn, this.rowsOfTurn >> 1)
    else if (this.inputMs < turnMs / 2) this.rowsOfTurn = Math.min(maxRowsOfTurn, this.rowsOfTurn << 1)
    this.inputMs = 0
    this.inputResults = 0
  }

  figures(): Omit<RunFigures, 'threadCpuMs'> {
    const { position, cpuMs, bytesIn, bytesOut } = this
    const members = this.job instanceof SharedJob ? this.job.memberStats() : null
    return { stats: this.job.stats(), members, position, cpuMs, bytesIn, bytesOut }
  }

  /** The run is open. */
  start(): void {
    this.ask()
    this.tellIdle()
  }

  private get maxCollectedRows(): number {
    const { members, handOverRows } = this.spec
    return members === null ? handOverRows : Math.ceil(handOverRows * shareOfMembers)
  }

  /** Asks for input before it is out of it. */
  private ask(): void {
    if (this.asked || this.inputs.waiting > 1 || this.stopped) return
    this.asked = true
    this.host.send({ kind: 'want', run: this.run })
  }

  private open(): Job {
    const { plan, params, snapshots, upgrade, part, members, handOverRows } = this.spec
    const budgetRows = Math.min(handOverRows, maxResultsOfTurn)
    if (members !== null)
      return openSharedJob(members, { sink: this.memberSink(), budgetRows, ...(snapshots.length > 0 && { snapshot: snapshots[0] as Uint8Array }) })
    return openJob(plan, {
      sink: {
        rows: (output, rows) => this.collect(outputStream(this.spec.job, output), rows, null),
        late: (operator, rows, watermark) => this.collect(lateStream(this.spec.job, operator), rows, watermark),
      },
      params,
      ...(snapshots.length > 0 && { snapshot: snapshots }),
      upgrade,
      now: () => this.host.now(),
      budgetRows,
      ...(part !== null && { part }),
    })
  }

  /** Rows come as those of `<member>/<output>`, late ones as `<member>/<operator>`. */
  private memberSink(): JobSink {
    return {
      rows: (stream, rows) => this.collect(stream, rows, null),
      late: (name, rows, watermark) => {
        const [member, operator] = name.split('/') as [string, string]
        this.collect(lateStream(member, operator), rows, watermark)
      },
    }
  }

  private collect(stream: string, rows: Rows, watermark: Float64Array | null): void {
    if (this.current !== null && this.current.last <= this.spec.silentUntil) return
    // Members are many and give few rows each: what they have alike is collected together.
    const kind = this.spec.members === null ? stream : stream.slice(stream.indexOf('/'))
    const collector = this.collectors.get(kind) ?? new ResultCollector(this.spec.epoch)
    this.collectors.set(kind, collector)
    collector.add(stream, rows, watermark)
    this.collectedRows += rows.count
    this.inputResults += rows.count
  }

  private begin(): void {
    if (this.wanted !== null) {
      const prepared = this.host.memory.prepare(this.job.stats().stateBytes)
      if (this.isDue() && prepared) this.snapshot()
      // Behind an entry that was named nothing may be taken before the snapshot.
      if (this.wanted === null || (this.wanted.at !== null && this.isDue())) return
    }
    this.current = this.stopped ? null : this.inputs.take(this.rowsOfTurn, this.boundaries())
    if (this.current !== null) this.job.push(this.current.input)
  }

  private finish(taken: Taken): void {
    this.current = null
    this.position = taken.last
    this.checkQuota(taken.rows)
    this.handOver()
  }

  private handOver(): void {
    if (this.appending) return
    if (this.collectedRows === 0 && (this.current !== null || !this.mustTell())) return
    const chunks = [...this.collectors.values()].flatMap((collector) => collector.take())
    this.collectedRows = 0
    this.bytesOut += bytesOf(chunks)
    this.appending = true
    this.sentPosition = this.position
    this.sentUnsettled = this.current !== null
    this.host.send({ kind: 'results', run: this.run, position: this.position, upTo: this.current?.last ?? null, chunks })
  }

  /** A boundary is told even without results: where some of them were told before it, and of a part, as others wait for it. */
  private mustTell(): boolean {
    return this.sentUnsettled || (this.spec.part !== null && this.position !== this.sentPosition)
  }

  private boundaries(): readonly number[] {
    const at = this.wanted?.at ?? null
    return at === null ? [this.spec.silentUntil] : [this.spec.silentUntil, at]
  }

  private isDue(): boolean {
    // What another life gave results for is taken first: new code must never take it again.
    return this.wanted !== null && !this.stopped && this.inputs.isPast(this.wanted.at ?? this.spec.settledAt)
  }

  private snapshot(): void {
    const { at, stop } = this.wanted as { at: number | null; stop: boolean }
    this.wanted = null
    this.stopped = stop
    if (at !== null) this.position = at
    this.handOver()
    const from = this.host.now()
    const bytes = this.job.snapshot((size) => this.host.memory.take(size))
    this.host.send({ kind: 'snapshot', run: this.run, position: this.position, bytes, pauseMs: this.host.now() - from })
  }

  private checkQuota(rows: number): void {
    this.quotaRows += rows
    if (this.cpuMs < this.quotaAtMs && this.quotaRows < quotaEveryRows) return
    this.quotaAtMs = this.cpuMs + quotaEveryMs
    this.quotaRows = 0
    const { stateBytes, keys } = this.job.stats()
    const { tenant, job, stateBytes: maxBytes, keys: maxKeys } = this.spec
    if (stateBytes > maxBytes) throw new MillraceError('JOB_QUOTA_STATE', { tenant, job, bytes: stateBytes, limit: maxBytes })
    if (keys > maxKeys) throw new MillraceError('JOB_QUOTA_KEYS', { tenant, job, keys, limit: maxKeys })
  }

  private tellIdle(): void {
    if (this.idleTold || this.current !== null || this.inputs.waiting > 0 || this.collectedRows > 0 || this.mustTell()) return
    this.idleTold = true
    const { run, position, piecesTaken } = this
    this.host.send({ kind: 'idle', run, taken: piecesTaken, position, nextTickMs: this.job.nextTickMs() })
  }
}

function bytesOf(chunks: readonly NewChunk[]): number {
  return chunks.reduce((sum, { payload }) => sum + payload.length, 0)
}
