/**
 * Where a job stands among all that one entry of the log causes. Every part of a spread job goes through the same
 * steps in the same order, or through some of them: so steps order what the parts give.
 */
export interface Step {
  /** 0: what the entry's log time makes due before the entry itself takes effect; 1: its rows; 2: what is due after it. */
  phase: number
  /** Watermark at which something falls due, ms; of phase 1: 0. */
  instant: number
  /** Number of the operator for which it does, inputs first; of phase 1: 0. */
  operator: number
}

/** As the columns that order rows, the most significant first. */
export function stepNumbers({ phase, instant, operator }: Step): readonly [number, number, number] {
  return [phase, instant, operator]
}

/** What an operator of a spread job needs to say how its rows are ordered. */
export interface Ordering {
  readonly step: Step
  /** Columns of order of its rows, and of its input's. */
  readonly columns: number
  readonly inputColumns: number
}
