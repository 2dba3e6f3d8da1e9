import { encodeBatch } from '@millrace/columns'
import type { Field } from '@millrace/plan'

export const recordsOfAppend = 1000
const columns = 15

/** 1,000 records of 120 bytes, encoded as appends carry them. */
export function recordBatch(): Uint8Array {
  const numbers = Array.from({ length: columns }, (_, column) => column)
  const fields = numbers.map((column): Field => ({ name: `field${column}`, type: 'float64', nullable: false }))
  const batch = {
    rows: recordsOfAppend,
    fields,
    columns: numbers.map((column) => {
      const values = Float64Array.from({ length: recordsOfAppend }, (_, row) => Math.sin(row * columns + column))
      return { kind: 'float64', values, validity: null } as const
    }),
  }
  return encodeBatch(batch, 0, recordsOfAppend, { shared: true })
}
