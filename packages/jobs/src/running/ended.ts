import type { JobSpec } from '../job-spec.ts'

/** Why a run ended before its time. */
export interface Ended {
  readonly atMs: number
  readonly code: string
  readonly reason: string
}

/** What ended a job. */
export class JobFailed extends Error {
  readonly code: string

  constructor({ tenant, job }: JobSpec, { code, reason }: Ended) {
    super(`The job ${job} of the tenant ${tenant} ended: ${reason}`)
    this.name = 'JobFailed'
    this.code = code
  }
}
