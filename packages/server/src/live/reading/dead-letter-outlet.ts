import { deadStream } from '@millrace/jobs'
import type { Field } from '@millrace/plan'
import { lineOutlet } from './line-outlet.ts'
import type { Outlet } from './outlet.ts'

const text = (name: string, nullable: boolean): Field => ({ name, type: 'string', nullable })

/** Of a record that did not fit its stream (semantics B1); its bytes as `text` where they are UTF-8, else as `base64`. */
const letterFields: readonly Field[] = [
  text('stream', false),
  { name: 'record', type: 'int64', nullable: false },
  { name: 'byteOffset', type: 'int64', nullable: false },
  text('column', true),
  text('code', false),
  text('reason', false),
  text('key', true),
  text('text', true),
  text('base64', true),
]

/** Records that did not fit a stream, with all that is needed to mend them. */
export function deadLetterOutlet(tenant: string, stream: string): Outlet {
  return lineOutlet(tenant, deadStream(stream), letterFields)
}
