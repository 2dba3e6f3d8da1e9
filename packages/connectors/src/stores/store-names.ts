import type { Field } from '@millrace/plan'

/** What a column is called in a store, where names that begin with `$` are not had everywhere: `$sequence` is `_sequence`. */
export function storeName(column: string): string {
  return column.replace(/^\$/, '_')
}

/** What tells whether rows are of the columns that were seen last. */
export function shapeOf(fields: readonly Field[]): string {
  return JSON.stringify(fields)
}
