/** Of one aggregate over windows. */
export interface WindowCounts {
  /** (key, window) pairs that were shown. */
  fired: number
  /** Rows with a revision above 0. */
  revised: number
  /** Records that came after one of their windows had ended, and still counted there. */
  late: number
  /** Records too late for all of their windows. */
  tooLate: number
  /** (record, window) pairs lost. */
  windowsMissed: number
}

export interface AlertCounts {
  opened: number
  updated: number
  cleared: number
  withdrawn: number
  /** Episodes that did not open because of the cooldown. */
  suppressed: number
}

export interface OracleStats {
  readonly windows: Record<string, WindowCounts>
  readonly alerts: Record<string, AlertCounts>
  /** Values that became missing by overflow, division by zero or range, by operator. */
  readonly failures: Record<string, { count: number }>
  /** Rows of an aggregate or alert whose key was missing. */
  missingKeys: number
  /** Times a stream was idle at an entry of the log. */
  idle: number
}
