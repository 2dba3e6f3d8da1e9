import { mismatches, show } from './row-match.ts'

/** One line of a comparison. Numbers of rows count from 0. */
export type DiffLine =
  | { readonly kind: 'same'; readonly actual: number }
  | { readonly kind: 'changed'; readonly expected: number; readonly actual: number; readonly what: readonly string[] }
  | { readonly kind: 'missing'; readonly expected: number }
  | { readonly kind: 'unexpected'; readonly actual: number }

/** Where rows differ from what was expected, in order; all lines are `same` where they do not. */
export function diffRows(expected: readonly unknown[], actual: readonly unknown[]): readonly DiffLine[] {
  const lines = expected.length * actual.length <= 1_000_000 ? aligned(expected, actual) : inOrder(expected, actual)
  return pairUp(lines, expected, actual)
}

/** The diff as text: a line a row that differs, with a few equal ones around them. */
export function diffText(lines: readonly DiffLine[], expected: readonly unknown[], actual: readonly unknown[], maxLines = 40): string {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - 1), index + 2).some((line) => line.kind !== 'same'))
  const shown = lines.filter((_, index) => near[index])
  const text = shown.slice(0, maxLines).map((line) => lineText(line, expected, actual))
  const rest = shown.slice(maxLines).filter((line) => line.kind !== 'same').length
  return [...text, ...(rest > 0 ? [`  ... and ${rest} more`] : [])].join('\n')
}

function lineText(line: DiffLine, expected: readonly unknown[], actual: readonly unknown[]): string {
  switch (line.kind) {
    case 'same':
      return `    row ${line.actual + 1} ${show(actual[line.actual])}`
    case 'changed':
      return [`  ~ row ${line.actual + 1} ${show(actual[line.actual])}`, ...line.what.map((what) => `        ${what}`)].join('\n')
    case 'missing':
      return `  - missing ${show(expected[line.expected])}`
    case 'unexpected':
      return `  + row ${line.actual + 1} was not expected ${show(actual[line.actual])}`
  }
}

/** Longest common subsequence, so that one missing row does not make all that follow differ. */
function aligned(expected: readonly unknown[], actual: readonly unknown[]): readonly DiffLine[] {
  const width = actual.length + 1
  const matches = expected.map((row) => actual.map((other) => mismatches(row, other).length === 0))
  const longest = new Int32Array((expected.length + 1) * width)
  for (let e = expected.length - 1; e >= 0; e--) {
    for (let a = actual.length - 1; a >= 0; a--) {
      const skipped = Math.max(longest[(e + 1) * width + a]!, longest[e * width + a + 1]!)
      longest[e * width + a] = matches[e]![a] ? Math.max(skipped, longest[(e + 1) * width + a + 1]! + 1) : skipped
    }
  }
  const lines: DiffLine[] = []
  let e = 0
  let a = 0
  while (e < expected.length && a < actual.length) {
    if (matches[e]![a] && longest[e * width + a] === longest[(e + 1) * width + a + 1]! + 1) {
      lines.push({ kind: 'same', actual: a })
      e++
      a++
    } else if (longest[(e + 1) * width + a]! >= longest[e * width + a + 1]!) lines.push({ kind: 'missing', expected: e++ })
    else lines.push({ kind: 'unexpected', actual: a++ })
  }
  while (e < expected.length) lines.push({ kind: 'missing', expected: e++ })
  while (a < actual.length) lines.push({ kind: 'unexpected', actual: a++ })
  return lines
}

/** Row against row, for tables too large to align. */
function inOrder(expected: readonly unknown[], actual: readonly unknown[]): readonly DiffLine[] {
  return Array.from({ length: Math.max(expected.length, actual.length) }, (_, row): readonly DiffLine[] => {
    const missing: DiffLine = { kind: 'missing', expected: row }
    const unexpected: DiffLine = { kind: 'unexpected', actual: row }
    if (row >= actual.length) return [missing]
    if (row >= expected.length) return [unexpected]
    return mismatches(expected[row], actual[row]).length === 0 ? [{ kind: 'same', actual: row }] : [missing, unexpected]
  }).flat()
}

/** In a run of missing and unexpected rows, the first of one is told as a change into the first of the other, and so on. */
function pairUp(lines: readonly DiffLine[], expected: readonly unknown[], actual: readonly unknown[]): readonly DiffLine[] {
  const paired: DiffLine[] = []
  for (let index = 0; index < lines.length; ) {
    let end = index
    while (end < lines.length && lines[end]!.kind !== 'same') end++
    const run = lines.slice(index, end)
    const missing = run.filter((line) => line.kind === 'missing')
    const unexpected = run.filter((line) => line.kind === 'unexpected')
    const pairs = Math.min(missing.length, unexpected.length)
    for (let pair = 0; pair < pairs; pair++) {
      const [e, a] = [missing[pair]!.expected, unexpected[pair]!.actual]
      paired.push({ kind: 'changed', expected: e, actual: a, what: mismatches(expected[e], actual[a]) })
    }
    paired.push(...missing.slice(pairs), ...unexpected.slice(pairs))
    if (end < lines.length) paired.push(lines[end]!)
    index = end + 1
  }
  return paired
}
