import type { Membership } from '@millrace/engine'
import type { Constant, Plan } from '@millrace/plan'

/** A plan to be run for a tenant. */
export interface JobSpec {
  readonly tenant: string
  /** Name of the job; its results stand in the streams `<job>/<output>`, what came too late in `<job>/late/<operator>`. */
  readonly job: string
  readonly plan: Plan
  readonly params?: Readonly<Record<string, Constant>>
  /** Share of computing time relative to the tenant's other jobs. Default 1. */
  readonly weight?: number
  /** Worker threads that the job may be spread over by key, where its plan allows it (`spreadOf`). Default all. */
  readonly parts?: number
  /** `measured`: it is spread while that makes it faster; `always`: it runs in `parts`, whatever is gained by it. Default `measured`. */
  readonly spread?: 'measured' | 'always'
  readonly quota?: JobQuota
  /**
   * Jobs of one shape (`shapeOf`) that are run as this one and share its work; `plan` is that of any of them. Their results
   * stand under their own names: `<member id>/<output>`.
   */
  readonly members?: Membership
}

/** What a job may hold; one that goes over is stopped, its snapshots and results kept. */
export interface JobQuota {
  /** Default 4 GiB. */
  readonly stateBytes?: number
  /** Default 20,000,000. */
  readonly keys?: number
}

export interface StartOptions {
  /**
   * Where a job without state begins: with all that its streams still hold (default), with what comes next, or at a
   * sequence. A job that ran before goes on where it was.
   */
  readonly from?: 'begin' | 'now' | number
  /** Forget the state: the job begins at `from` in a new epoch (semantics R2). */
  readonly fresh?: boolean
  /** The plan may differ from the one that left the state: what fits is kept (`compareState` lists it before). */
  readonly upgrade?: boolean
  /** Go on from this savepoint, in a new epoch. */
  readonly savepoint?: string
}

/** Streams that a job writes beside those of its outputs and late rows. */
export const clockStream = '$clock'

export function outputStream(job: string, output: string): string {
  return `${job}/${output}`
}

export function lateStream(job: string, operator: string): string {
  return `${job}/late/${operator}`
}

/** Records of a stream that did not fit: NDJSON, a dead letter a row. */
export function deadStream(stream: string): string {
  return `${stream}/dead`
}

export function markStream(job: string): string {
  return `${job}/$mark`
}
