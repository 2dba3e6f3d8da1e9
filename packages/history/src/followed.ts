/** A stream of a tenant that the history keeps. */
export interface Followed {
  readonly tenant: string
  readonly stream: string
  /** What the ids of its rows are made of (docs/results.md, `resultKey`); absent: raw records and late ones, which have none. */
  readonly result?: ResultKey
  /** Of raw records: the column whose day decides on the partition; absent: the day on which they were accepted. */
  readonly timeColumn?: string
  /** False: no more rows are taken; what is there stays until it is past its age. Default true. */
  readonly keep?: boolean
  /** Rows go this long after they were accepted, a file at a time; absent: never. */
  readonly maxAgeMs?: number
}

/** An output, and what tells its results apart. */
export interface ResultKey {
  readonly app: string
  readonly output: string
  /** Key columns in the plan's order. */
  readonly key: readonly string[]
}
