import { type OperatorRun, untimed } from '../operator-run.ts'

/** Rows of several inputs, in log order; what one record gives through several comes in their order. */
export function union(): OperatorRun {
  return untimed((inputs) => inputs.flat())
}
