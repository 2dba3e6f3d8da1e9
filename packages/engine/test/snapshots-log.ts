import { type Input, type Job, type JobOptions, openJob } from '@millrace/engine'
import { type Plan, streamFields } from '@millrace/plan'
import { batchOf, type PlainRow, rowTexts } from './small-job.ts'

/** A record of a stream, or another entry of a log. */
export type Entry =
  | { readonly kind: 'record'; readonly stream: string; readonly sequence: number; readonly logMs: number; readonly row: PlainRow }
  | Exclude<Input, { kind: 'rows' }>

/** A job fed entry by entry, over any number of streams. */
export class LogJob {
  readonly job: Job
  readonly told: string[] = []
  private readonly plan: Plan

  constructor(plan: Plan, options: Partial<JobOptions> = {}) {
    this.plan = plan
    const rows = (output: string, given: Parameters<typeof rowTexts>[1]): void => {
      this.told.push(...rowTexts(output, given))
    }
    this.job = openJob(plan, { sink: { rows, late: (id, given) => rows(`late ${id}`, given) }, ...options })
  }

  push(entries: readonly Entry[]): this {
    for (const entry of entries) {
      this.job.push(this.inputOf(entry))
      while (this.job.run() === 'more');
    }
    return this
  }

  private inputOf(entry: Entry): Input {
    if (entry.kind !== 'record') return entry
    const { stream, sequence, logMs, row } = entry
    const batch = batchOf(streamFields(this.plan.streams[stream] as Plan['streams'][string]), [row])
    return { kind: 'rows', stream, sequence, batch, from: 0, to: 1, ingestion: logMs }
  }
}
