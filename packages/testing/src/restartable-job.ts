import { type Input, type Job, type JobOptions, type JobStats, openJob } from '@millrace/engine'
import type { Plan } from '@millrace/plan'

/** A job that can be stopped with a snapshot and go on from it in a new one, as after a crash or a move. */
export class RestartableJob implements Job {
  private readonly plan: Plan
  private readonly options: JobOptions
  private job: Job

  constructor(plan: Plan, options: JobOptions) {
    this.plan = plan
    this.options = options
    this.job = openJob(plan, options)
  }

  restart(): void {
    this.job = openJob(this.plan, { ...this.options, snapshot: this.job.snapshot() })
  }

  push(input: Input): void {
    this.job.push(input)
  }

  run(): 'done' | 'more' {
    return this.job.run()
  }

  nextTickMs(): number | null {
    return this.job.nextTickMs()
  }

  snapshot(): Uint8Array {
    return this.job.snapshot()
  }

  stats(): JobStats {
    return this.job.stats()
  }
}
