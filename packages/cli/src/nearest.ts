import { nearest } from '@millrace/plan'

/** ` Did you mean "x"?` where a candidate is near, else nothing: the end of an error's text. */
export function hint(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates)
  return found === undefined ? '' : ` Did you mean "${found}"?`
}
