import { assertion } from './assertion.ts'
import { type DiffLine, diffRows, diffText } from './row-diff.ts'

/**
 * An expected row: the columns that matter to the test. A timestamp may be its ISO text.
 */
export type ExpectedRow<Row> = { readonly [Column in keyof Row]?: ExpectedValue<Row[Column]> }
type ExpectedValue<Value> = Value extends Date ? Date | string : Value extends readonly unknown[] ? Value : Value extends object ? ExpectedRow<Value> : Value

/**
 * Fails, with the rows that differ, unless `actual` has exactly the expected rows in their order. Only the columns
 * named are compared, floats within 1e-9 of their size.
 */
export function expectRows<Row extends object>(actual: readonly Row[], expected: readonly ExpectedRow<Row>[], what = 'rows'): void {
  const lines = diffRows(expected, actual)
  if (lines.every((line) => line.kind === 'same')) return
  const message = `${what} differ from what was expected: ${summary(lines)}\n${diffText(lines, expected, actual)}`
  throw assertion(message, expectRows)
}

function summary(lines: readonly DiffLine[]): string {
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length
  const parts = [
    [count('changed'), 'changed'],
    [count('missing'), 'missing'],
    [count('unexpected'), 'not expected'],
    [count('same'), 'as expected'],
  ] as const
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ')
}
