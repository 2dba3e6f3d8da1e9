import type { NewChunk } from '@millrace/log'
import type { Field } from '@millrace/plan'
import { lineOutlet } from '../reading/line-outlet.ts'
import type { Outlet } from '../reading/outlet.ts'
import type { Batch } from './body.ts'

const number = (name: string): Field => ({ name, type: 'int64', nullable: false })
const text = (name: string): Field => ({ name, type: 'string', nullable: false })

/** Positions of the first and the last result, how many they are, how often they were sent, why that failed, and what was sent; empty where retention was faster. */
const fields: readonly Field[] = [number('first'), number('last'), number('rows'), number('tries'), text('reason'), text('body')]

/** A batch that was not taken, as an entry of the log. */
export function deadChunk(stream: string, { first, last, rows, body }: Batch, tries: number, reason: string): NewChunk {
  const line = JSON.stringify({ first, last, rows, tries, reason, body: body.toString() })
  return { stream, kind: 'bytes', rows: 1, schema: 0, payload: new Uint8Array(Buffer.from(`${line}\n`)) }
}

/** What a webhook could not deliver, or a sink's system would not take. */
export function deadBatchOutlet(tenant: string, stream: string): Outlet {
  return lineOutlet(tenant, stream, fields)
}
