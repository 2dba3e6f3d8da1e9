import type { Rows } from '@millrace/columns'
import type { Downstream, OperatorContext, StatefulOperator } from './operator.ts'
import type { OperatorTimes } from './operator-times.ts'
import type { Pipeline, Target } from './pipeline.ts'
import type { Ordering } from './spread/step.ts'
import type { Strings } from './state/strings.ts'

/** What a station needs of its job. */
export interface StationHost {
  readonly strings: Strings
  /** Null: time is not measured. */
  readonly times: OperatorTimes | null
  deliver(target: Target, rows: Rows): void
  watermarkBefore(station: Station, sequence: number): number
  late(operator: string, rows: Rows, watermark: Float64Array): void
}

/** An operator with state in its place: the streams whose watermark it sees, and what reads its rows. */
export class Station implements OperatorContext {
  readonly operator: StatefulOperator
  readonly streams: readonly string[]
  /** How much later than its streams' watermark its own is, ms: what final results upstream wait for late records. */
  readonly delayMs: number
  readonly strings: Strings
  readonly downstream: Downstream
  readonly ordering: Ordering | null
  watermarkMs = Number.NEGATIVE_INFINITY
  private readonly host: StationHost
  private readonly times: OperatorTimes | null

  constructor(
    host: StationHost,
    streams: readonly string[],
    delayMs: number,
    pipeline: Pipeline,
    ordering: Ordering | null,
    open: (context: OperatorContext) => StatefulOperator,
  ) {
    this.host = host
    this.ordering = ordering
    this.times = host.times
    this.streams = streams
    this.delayMs = delayMs
    this.strings = host.strings
    this.downstream = {
      stateful: pipeline.targets.some(({ kind }) => kind === 'operator'),
      emit: (rows) => {
        for (const arrival of pipeline.run(rows)) host.deliver(arrival.target, arrival.rows)
      },
    }
    this.operator = open(this)
  }

  rows(rows: Rows, from: number, to: number): boolean {
    if (this.times === null) return this.operator.rows(rows, from, to)
    this.times.enter(this.operator.id)
    const more = this.operator.rows(rows, from, to)
    this.times.leave()
    return more
  }

  more(): boolean {
    if (this.times === null) return this.operator.more()
    this.times.enter(this.operator.id)
    const more = this.operator.more()
    this.times.leave()
    return more
  }

  fire(sequence: number): boolean {
    if (this.times === null) return this.operator.fire(sequence)
    this.times.enter(this.operator.id)
    const more = this.operator.fire(sequence)
    this.times.leave()
    return more
  }

  flush(): void {
    this.times?.enter(this.operator.id)
    this.operator.flush()
    this.times?.leave()
  }

  watermarkBefore(sequence: number): number {
    return this.host.watermarkBefore(this, sequence)
  }

  late(rows: Rows, watermark: Float64Array): void {
    this.host.late(this.operator.id, rows, watermark)
  }

  /** The smallest watermark of the station's streams at which anything here changes. */
  changesAt(): number {
    return Math.min(this.operator.deadline(), this.operator.boundary()) + this.delayMs
  }
}
