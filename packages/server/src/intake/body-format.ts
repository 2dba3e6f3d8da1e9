import type { Format, StreamNode } from '@millrace/plan'
import type { IntakeOptions } from './intake.ts'

/** How a body is written: as the stream declares where that is the kind asked for. */
export function bodyFormat({ format: declared }: StreamNode, kind: IntakeOptions['format']): Format {
  if (kind === undefined || kind === declared.kind) return declared
  return kind === 'csv' ? { kind: 'csv', separator: ',', header: 'auto' } : { kind }
}
