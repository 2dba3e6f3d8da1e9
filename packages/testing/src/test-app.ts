import type { Batch, Rows } from '@millrace/columns'
import type { JobStats } from '@millrace/engine'
import type { DeadLetter } from '@millrace/formats'
import { MillraceError, type StreamNode } from '@millrace/plan'
import type { App, Duration, Outputs, Params, Stream } from '@millrace/sdk'
import { constantsOf } from './constants.ts'
import { LocalLog } from './local-log.ts'
import { type ReceivedRow, receivedRows } from './received.ts'
import type { RecordObject } from './record-text.ts'
import { RestartableJob } from './restartable-job.ts'
import type { AlertOutput, BadRecord, LateRecord, ResultRow } from './result.ts'
import type { SentRecord } from './sent.ts'
import { StreamInput } from './stream-input.ts'

export interface TestOptions {
  /** Values for the app's params; those left out keep the app's own. */
  readonly params?: Params
  /** Where the clock stands at the start. Left out: it begins with the first record. */
  readonly startAt?: Date | string
}

/**
 * Opens an app to be tested in virtual time, without server and clock: log time is the highest event time sent so
 * far, and what `advance` adds to it (semantics T8).
 */
export function testApp<O extends Outputs>(app: App<O>, options: TestOptions = {}): TestApp<O> {
  return new TestApp(app, options)
}

const decoder = new TextDecoder()

/** A run of an app that a test drives by hand. Records have the log order in which they are sent. */
export class TestApp<O extends Outputs> {
  private readonly job: RestartableJob
  private readonly log: LocalLog
  private readonly streams: Readonly<Record<string, StreamNode>>
  private readonly inputs = new Map<string, StreamInput>()
  private readonly rows: ReadonlyMap<string, ReceivedRow[]>
  private readonly taken = new Map<string, number>()
  private readonly lateRecords: LateRecord[] = []
  private readonly letters: BadRecord[] = []
  private ended = false

  constructor(app: App<O>, options: TestOptions) {
    const { plan } = app
    this.streams = plan.streams
    this.rows = new Map(Object.keys(plan.outputs).map((output) => [output, []]))
    this.job = new RestartableJob(plan, {
      sink: { rows: (output, rows) => this.keep(output, rows), late: (operator, rows, watermark) => this.keepLate(operator, rows, watermark) },
      params: constantsOf(options.params ?? {}),
    })
    this.log = new LocalLog(this.job, Object.fromEntries(Object.entries(plan.streams).map(([name, { time }]) => [name, time])))
    if (options.startAt !== undefined) this.log.advanceTo(new Date(options.startAt).getTime())
  }

  /**
   * Records, through the stream's own decoder. One that does not fit is a mistake of the test and throws; bad records
   * are sent by `sendText`.
   */
  send<R>(stream: Stream<R>, records: SentRecord<R> | readonly SentRecord<R>[]): this {
    const before = this.letters.length
    const list = Array.isArray(records) ? (records as readonly RecordObject[]) : [records as RecordObject]
    this.input(stream.name).pushRecords(list)
    const bad = this.letters[before]
    if (bad !== undefined) throw new MillraceError('TEST_RECORD_REFUSED', { stream: stream.name, reason: bad.reason, text: bad.text })
    return this
  }

  /** Lines as a sender or a file would have them, good and bad ones, with or without a header. */
  sendText(stream: Stream<unknown>, text: string | Uint8Array): this {
    this.input(stream.name).pushText(text)
    return this
  }

  /** The clock moves on without a record: quiet streams become idle, windows close. */
  advance(span: Duration): this {
    this.open()
    this.log.advanceTo(this.log.logMs + span.milliseconds)
    return this
  }

  /** The stream's source stops without being idle, until `resume`. */
  pause(stream: Stream<unknown>): this {
    this.log.pause(this.known(stream.name))
    return this
  }

  resume(stream: Stream<unknown>): this {
    this.log.resume(this.known(stream.name))
    return this
  }

  /** Stops the job with a snapshot and goes on from it in a new one: no result may change by it. */
  restart(): this {
    this.open()
    this.job.restart()
    return this
  }

  /** No record follows: everything open closes. */
  end(): this {
    this.open()
    for (const input of this.inputs.values()) input.end()
    this.log.end()
    this.ended = true
    return this
  }

  /** All rows of an output so far, revisions included, in their order. */
  results<Name extends keyof O & string>(output: Name): readonly ResultRow<O[Name]>[] {
    const rows: readonly object[] | undefined = this.rows.get(output)
    if (rows === undefined) throw new MillraceError('TEST_UNKNOWN_OUTPUT', { output, known: [...this.rows.keys()].join(', ') })
    return rows as readonly ResultRow<O[Name]>[]
  }

  /** The rows of an output that came since they were last taken. */
  take<Name extends keyof O & string>(output: Name): readonly ResultRow<O[Name]>[] {
    const all = this.results(output)
    const from = this.taken.get(output) ?? 0
    this.taken.set(output, all.length)
    return all.slice(from)
  }

  /** The rows of an output of alerts: an episode's `open`, `update`, `clear` and `withdraw`. */
  alerts<Name extends AlertOutput<O>>(output: Name): readonly ResultRow<O[Name]>[] {
    return this.results(output)
  }

  /** Records that came too late for all of their windows. */
  late(): readonly LateRecord[] {
    return this.lateRecords
  }

  /** Records that did not fit their stream, with what is wrong. */
  deadLetters(): readonly BadRecord[] {
    return this.letters
  }

  stats(): JobStats {
    return this.job.stats()
  }

  private keep(output: string, rows: Rows): void {
    const revisions = revisionsOf(rows)
    this.rows.get(output)?.push(...receivedRows(rows).map((row, index) => ({ ...row, _revision: revisions[index] ?? 0 })))
  }

  private keepLate(operator: string, rows: Rows, watermarks: Float64Array): void {
    receivedRows(rows).forEach((row, index) => {
      const picked = rows.selection[index]!
      const watermark = watermarks[picked]!
      this.lateRecords.push({ operator, row, watermark: new Date(watermark), lagMs: watermark - rows.time[picked]! })
    })
  }

  private keepLetter({ stream, record, column, code, reason, key, bytes }: DeadLetter): void {
    this.letters.push({ stream, record, text: decoder.decode(bytes), column, code, reason, key })
  }

  private input(name: string): StreamInput {
    const known = this.inputs.get(this.known(name))
    if (known !== undefined) return known
    const append = (batch: Batch): void => this.log.append(name, batch)
    const input = new StreamInput(name, this.streams[name]!, append, (letter) => this.keepLetter(letter))
    this.inputs.set(name, input)
    return input
  }

  private known(stream: string): string {
    this.open()
    if (!Object.hasOwn(this.streams, stream)) throw new MillraceError('TEST_UNKNOWN_STREAM', { stream, known: Object.keys(this.streams).join(', ') })
    return stream
  }

  private open(): void {
    if (this.ended) throw new MillraceError('TEST_ENDED')
  }
}

function revisionsOf({ selection, count, revision }: Rows): readonly number[] {
  return Array.from(selection.subarray(0, count), (row) => revision?.[row] ?? 0)
}
