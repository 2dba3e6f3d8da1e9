import { decodeBatch } from '@millrace/columns'
import type { Outlet } from './outlet.ts'
import { plainRows } from './plain-rows.ts'
import { positionsOf } from './positions.ts'

/** Records of a stream as they were accepted. */
export function rawOutlet(tenant: string, stream: string): Outlet {
  return {
    tenant,
    stream,
    read: (piece) => {
      const { chunk, from, to } = piece
      if (chunk.kind !== 'batch') return null
      return { rows: plainRows(decodeBatch(chunk.payload), from, to), positions: positionsOf(piece), result: null }
    },
  }
}
