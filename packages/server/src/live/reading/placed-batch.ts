import type { Batch, Column } from '@millrace/columns'
import type { Chunk } from '@millrace/log'
import type { Field } from '@millrace/plan'

const sequenceField: Field = { name: '$sequence', type: 'int64', nullable: false }
const ingestionField: Field = { name: '$ingestionMs', type: 'int64', nullable: false }

/**
 * A chunk's rows with where they stand in the log before their own columns: `$sequence`, `$ingestionMs`, and what else is
 * given. `$` never begins a name of a plan.
 */
export function placedBatch({ runs }: Chunk, { rows, fields, columns }: Batch, more: readonly (readonly [Field, Column])[] = []) {
  const positions = new Float64Array(rows)
  const ingestion = new Float64Array(rows)
  let row = 0
  for (let run = 0; run < runs.count; run++) {
    const last = row + (runs.rows[run] as number)
    for (let sequence = runs.sequence[run] as number; row < last; sequence++) positions[row++] = sequence
    ingestion.fill(runs.ingestionMs[run] as number, last - (runs.rows[run] as number), last)
  }
  const places: Column[] = [int64(positions), int64(ingestion)]
  const batch: Batch = {
    rows,
    fields: [sequenceField, ingestionField, ...more.map(([field]) => field), ...fields],
    columns: [...places, ...more.map(([, column]) => column), ...columns],
  }
  return { batch, positions }
}

export function int64(values: Float64Array): Column {
  return { kind: 'int64', values, validity: null }
}
