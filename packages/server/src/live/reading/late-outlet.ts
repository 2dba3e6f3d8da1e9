import { decodeBatch } from '@millrace/columns'
import { lateStream, readResults } from '@millrace/jobs'
import type { Field } from '@millrace/plan'
import { type Outlet, someOf } from './outlet.ts'
import { epochField } from './output-outlet.ts'
import { int64, placedBatch } from './placed-batch.ts'

const watermarkField: Field = { name: '$watermark', type: 'timestamp', nullable: false }
const lagField: Field = { name: '$lagMs', type: 'int64', nullable: false }

/** Records that came too late for all windows of an aggregate, with the watermark before each and how far behind it they were (semantics T4). */
export function lateOutlet(tenant: string, app: string, operator: string): Outlet {
  return {
    tenant,
    stream: lateStream(app, operator),
    read: ({ chunk, from, to }) => {
      if (chunk.kind !== 'batch') return null
      const { rows, epoch, watermark } = readResults(decodeBatch(chunk.payload))
      const before = watermark as Float64Array
      const lag = before.map((ms, row) => ms - (rows.time[row] as number))
      const { batch, positions } = placedBatch(chunk, rows.batch, [
        [epochField, { kind: 'int32', values: epoch, validity: null }],
        [watermarkField, { kind: 'timestamp', values: before, validity: null }],
        [lagField, int64(lag)],
      ])
      return someOf({ rows: { ...rows, batch }, positions, result: null }, from, to)
    },
  }
}
