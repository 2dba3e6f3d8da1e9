import { decodeBatch } from '@millrace/columns'
import { lateStream, readResults } from '@millrace/jobs'
import type { Field } from '@millrace/plan'
import { someOf, type Outlet } from './outlet.ts'
import { positionsOf } from './positions.ts'
import { withColumns } from './with-columns.ts'

const epochField: Field = { name: '_epoch', type: 'int32', nullable: false }
const watermarkField: Field = { name: '_watermark', type: 'timestamp', nullable: false }
const lagField: Field = { name: '_lagMs', type: 'int64', nullable: false }

/** Records that came too late for all windows of an aggregate, with the watermark before each and how far behind it they were (semantics T4). */
export function lateOutlet(tenant: string, app: string, operator: string): Outlet {
  return {
    tenant,
    stream: lateStream(app, operator),
    read: (piece) => {
      const { chunk, from, to } = piece
      if (chunk.kind !== 'batch') return null
      const { rows, epoch, watermark } = readResults(decodeBatch(chunk.payload))
      const before = watermark as Float64Array
      const lag = before.map((ms, row) => ms - (rows.time[row] as number))
      const batch = withColumns(
        [
          [epochField, { kind: 'int32', values: epoch, validity: null }],
          [watermarkField, { kind: 'timestamp', values: before, validity: null }],
          [lagField, { kind: 'int64', values: lag, validity: null }],
        ],
        rows.batch,
      )
      return someOf({ rows: { ...rows, batch }, positions: positionsOf({ chunk, from: 0, to: chunk.rows }), result: null }, from, to)
    },
  }
}
