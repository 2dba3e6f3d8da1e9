import type { Batch, Column } from '@millrace/columns'
import type { Piece } from '@millrace/log'
import type { Field } from '@millrace/plan'

/** Sequence and log time of the rows of a piece, as columns of its whole chunk: rows outside of the piece stay 0. */
export interface PlaceColumns {
  readonly sequence: Float64Array
  readonly ingestionMs: Float64Array
}

export function placesOf({ chunk, to }: Piece): PlaceColumns {
  const { runs, rows } = chunk
  const sequence = new Float64Array(rows)
  const ingestionMs = new Float64Array(rows)
  for (let run = 0, row = 0; run < runs.count && row < to; run++) {
    const first = runs.sequence[run] as number
    const count = runs.rows[run] as number
    for (let i = 0; i < count; i++) sequence[row + i] = first + i
    ingestionMs.fill(runs.ingestionMs[run] as number, row, row + count)
    row += count
  }
  return { sequence, ingestionMs }
}

export function columnNamed({ fields, columns }: Batch, name: string): { readonly field: Field; readonly column: Column } | null {
  const at = fields.findIndex((field) => field.name === name)
  return at < 0 ? null : { field: fields[at] as Field, column: columns[at] as Column }
}
