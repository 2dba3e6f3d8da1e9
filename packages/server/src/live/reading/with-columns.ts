import type { Batch, Column } from '@millrace/columns'
import type { Field } from '@millrace/plan'

/** A batch with more columns before its own. */
export function withColumns(more: readonly (readonly [Field, Column])[], { rows, fields, columns }: Batch): Batch {
  return { rows, fields: [...more.map(([field]) => field), ...fields], columns: [...more.map(([, column]) => column), ...columns] }
}
