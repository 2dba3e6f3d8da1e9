/** Where an epoch of an app began (semantics R2): what earlier epochs brought of entries behind it is replaced by what it brings, or by nothing. */
export interface EpochBegin {
  readonly epoch: number
  /** Results that entries up to this sequence caused stay those of earlier epochs. */
  readonly after: number
}

/** Those that say something: an epoch that a later one began before is replaced with all it brought since. The newest first. */
export function deciding(epochs: readonly EpochBegin[]): readonly EpochBegin[] {
  const newestFirst = epochs.toSorted((a, b) => b.epoch - a.epoch)
  let least = Number.POSITIVE_INFINITY
  return newestFirst.filter(({ after }) => {
    if (after >= least) return false
    least = after
    return true
  })
}
