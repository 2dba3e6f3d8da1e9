import type { SinkRows } from '@millrace/connectors'
import type { Field } from '@millrace/plan'
import type { Encoders } from '../live/reading/encoders.ts'
import { positionAt } from '../live/reading/outlet.ts'
import type { Page } from '../live/reading/page.ts'
import { linesOf } from '../live/reading/page-body.ts'

/** What an encoder adds before the fields of results. */
const resultFields: readonly Field[] = [
  { name: '_id', type: 'string', nullable: false },
  { name: '_revision', type: 'int32', nullable: false },
]

/** A page, which has rows of the same fields, as sinks take it. */
export function sinkRows({ parts, rows }: Page, encoders: Encoders): SinkRows {
  const [first] = parts
  const own = first?.rows.batch.fields ?? []
  const isResult = first !== undefined && first.result !== null
  const positions = new Float64Array(rows)
  let at = 0
  for (const part of parts) for (let index = 0; index < part.rows.count; index++) positions[at++] = positionAt(part, index)
  return {
    fields: isResult ? [...resultFields, ...own] : own,
    key: isResult ? '_id' : '$sequence',
    lines: new Uint8Array(Buffer.concat(parts.flatMap((part) => [...linesOf(part, 'ndjson', encoders)]))),
    positions,
  }
}

/** A line a row, without its line feed. */
export function linesOfPage({ parts }: Page, encoders: Encoders): readonly Buffer[] {
  return parts.flatMap((part) => [...linesOf(part, 'ndjson', encoders, 1)].map((line) => line.subarray(0, -1)))
}
