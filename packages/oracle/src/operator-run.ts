import type { Row } from './row.ts'

/** An operator being run. Its rows of one step come in the order in which they are given on. */
export interface OperatorRun {
  /** Rows of the inputs, in their order; `watermark` is the one before them. */
  rows(inputs: readonly (readonly Row[])[], watermark: number): readonly Row[]
  /** The earliest watermark at which the operator does something by itself; null: there is none. */
  due(): number | null
  /** The watermark reached what `due` answered, because of the entry of the log with this sequence. */
  reach(watermark: number, sequence: number): readonly Row[]
}

/** An operator that only answers rows with rows. */
export function untimed(rows: (inputs: readonly (readonly Row[])[]) => readonly Row[]): OperatorRun {
  return { rows, due: () => null, reach: () => [] }
}
