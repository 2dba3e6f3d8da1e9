import type { Target } from './scope.ts'
import { freshCode } from './value-code.ts'

/** How a judged loop treats the record that made it stop. */
export interface JudgedLoop {
  /** Code of a function body that takes records, and ends with `stopCode` where one is unusual, with `doneCode` at the end. */
  readonly scan: string
  readonly capacity: number
  /** Code behind a bad record, on `p`. */
  readonly between: string
  /** Code that readies `state` for exact code to go on in the middle of the record; null: it begins anew. */
  readonly resume: string | null
}

export const stopCode = 'state.row = row; state.slot = slot; state.at = field; state.reached = p; return start;'
export const doneCode = 'state.row = row; state.reached = -1; return p;'

/**
 * The loop over usual records is a function of its own that calls nothing, so that V8 keeps its variables in registers;
 * around it goes the loop over records that the judge refuses.
 */
export function judgedCode(targets: readonly Target[], { scan, capacity, between, resume }: JudgedLoop): string {
  return `
function scan(bytes, view, p, end, state, row, latestMs) {
  p = p | 0; end = end | 0; row = row | 0;
  ${scan}
}
function freshen(row) {
  ${targets.map(freshCode).join('\n')}
}
return function run(bytes, view, p, end, state, row, latestMs) {
  for (;;) {
    p = scan(bytes, view, p, end, state, row, latestMs) | 0;
    row = state.row;
    if (state.reached < 0) return p;
    const next = judge.refuse(bytes, view, p, end, state.slot, state.at, state.reached, row) | 0;
    if (next === 0) {
      ${resume ?? 'freshen(row);'}
      return p;
    }
    freshen(row);
    p = next;
    ${between}
    if (p >= end || row >= ${capacity | 0}) return p;
  }
}`
}
