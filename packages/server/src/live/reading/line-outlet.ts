import { BatchBuilder, type ColumnBuilder } from '@millrace/columns'
import type { Piece } from '@millrace/log'
import type { Field } from '@millrace/plan'
import type { Outlet } from './outlet.ts'
import { plainRows } from './plain-rows.ts'
import { positionsOf } from './positions.ts'

/** Entries that the log keeps as lines of JSON, one a row. */
export function lineOutlet(tenant: string, stream: string, fields: readonly Field[]): Outlet {
  return {
    tenant,
    stream,
    read: (piece) => {
      if (piece.chunk.kind !== 'bytes') return null
      const builder = new BatchBuilder(fields)
      for (const line of linesOf(piece)) addLine(builder, JSON.parse(line))
      return { rows: plainRows(builder.batch(), 0, builder.rows), positions: positionsOf(piece), result: null }
    },
  }
}

function linesOf({ chunk, from, to }: Piece): readonly string[] {
  return Buffer.from(chunk.payload).toString().split('\n').slice(from, to)
}

function addLine(builder: BatchBuilder, line: Readonly<Record<string, unknown>>): void {
  const row = builder.addRow()
  for (const [at, { name }] of builder.fields.entries()) setValue(builder.columns[at] as ColumnBuilder, row, line[name])
}

/** Only texts and numbers stand in such lines. */
function setValue(column: ColumnBuilder, row: number, value: unknown): void {
  if (column.kind === 'string' && typeof value === 'string') column.set(row, value)
  else if (column.kind === 'int64' && typeof value === 'number') column.set(row, value)
  else if (column.kind !== 'list') column.setMissing(row)
}
