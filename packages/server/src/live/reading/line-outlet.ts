import { type Batch, BatchBuilder, type ColumnBuilder } from '@millrace/columns'
import type { Chunk } from '@millrace/log'
import type { Field } from '@millrace/plan'
import type { Outlet } from './outlet.ts'
import { placedBatch } from './placed-batch.ts'
import { plainRows } from './plain-rows.ts'

/** Entries that the log keeps as lines of JSON, one a row. */
export function lineOutlet(tenant: string, stream: string, fields: readonly Field[]): Outlet {
  return {
    tenant,
    stream,
    read: ({ chunk, from, to }) => {
      if (chunk.kind !== 'bytes') return null
      const { batch, positions } = placedBatch(chunk, parsed(chunk, fields))
      return { rows: plainRows(batch, from, to), positions, result: null }
    },
  }
}

function parsed({ payload, rows }: Chunk, fields: readonly Field[]): Batch {
  const builder = new BatchBuilder(fields)
  for (const line of Buffer.from(payload).toString().split('\n').slice(0, rows)) addLine(builder, JSON.parse(line))
  return builder.batch()
}

function addLine(builder: BatchBuilder, line: Readonly<Record<string, unknown>>): void {
  const row = builder.addRow()
  for (const [at, { name }] of builder.fields.entries()) setValue(builder.columns[at] as ColumnBuilder, row, line[name])
}

/** Only texts and whole numbers stand in such lines. */
function setValue(column: ColumnBuilder, row: number, value: unknown): void {
  if (column.kind === 'string' && typeof value === 'string') column.set(row, value)
  else if (column.kind === 'int64' && typeof value === 'number') column.set(row, value)
  else if (column.kind !== 'list') column.setMissing(row)
}
