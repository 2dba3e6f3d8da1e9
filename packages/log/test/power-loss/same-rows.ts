import type { Row } from './read-rows.ts'

/** Whether two reads gave the same. */
export function sameRows(rows: readonly Row[], others: readonly Row[]): boolean {
  return rows.length === others.length && rows.every((row, index) => isSame(row, others[index]!))
}

function isSame(a: Row, b: Row): boolean {
  return (
    a.sequence === b.sequence && a.ingestionMs === b.ingestionMs && a.stream === b.stream && a.append === b.append && a.chunk === b.chunk && a.row === b.row
  )
}

/** Where they begin to differ. */
export function difference(expected: readonly Row[], read: readonly Row[]): Record<string, unknown> {
  const at = expected.findIndex((row, index) => !read[index] || !isSame(row, read[index]))
  return { expected: expected[at], read: read[at], expectedRows: expected.length, readRows: read.length }
}
