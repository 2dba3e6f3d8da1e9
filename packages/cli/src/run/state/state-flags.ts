/** The options of a run that is kept in a folder. */
export interface StateFlags {
  /** Folder of the log and the job's snapshots. */
  readonly state: string
  /** Threads to spread the job over by key. */
  readonly workers: number
  /** The inputs' end is not the end: later runs bring more. */
  readonly keepOpen: boolean
  /** All results are computed anew, from the records kept. */
  readonly fresh: boolean
  /** The app may differ from the one of earlier runs. */
  readonly upgrade: boolean
}
