import { decodeBatch } from '@millrace/columns'
import type { Outlet } from './outlet.ts'
import { placedBatch } from './placed-batch.ts'
import { plainRows } from './plain-rows.ts'

/** Records of a stream as they were accepted. */
export function rawOutlet(tenant: string, stream: string): Outlet {
  return {
    tenant,
    stream,
    read: ({ chunk, from, to }) => {
      if (chunk.kind !== 'batch') return null
      const { batch, positions } = placedBatch(chunk, decodeBatch(chunk.payload))
      return { rows: plainRows(batch, from, to), positions, result: null }
    },
  }
}
