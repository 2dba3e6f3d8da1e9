import type { Encoders } from './encoders.ts'
import { type OutletRows, someOf } from './outlet.ts'
import type { Page } from './page.ts'

export type PageFormat = 'ndjson' | 'csv' | 'json'

/** Rows that are written at once: what waits for a slow reader is no more than their bytes. */
const rowsAtOnce = 256
const comma = 44
const lineFeed = 10

/** Throws FORMAT_FIELDS where the page cannot be written in the format. */
export function pageBody(page: Page, format: PageFormat, encoders: Encoders): Generator<Buffer> {
  if (format === 'json') return jsonBody(page, encoders)
  const [first] = page.parts
  if (first !== undefined) encoders.of(format, first.rows.batch.fields, first.result)
  return lineBody(page, format, encoders)
}

function* lineBody({ parts }: Page, format: 'ndjson' | 'csv', encoders: Encoders): Generator<Buffer> {
  const [first] = parts
  if (first !== undefined) yield Buffer.from(encoders.of(format, first.rows.batch.fields, first.result).header())
  for (const part of parts) yield* linesOf(part, format, encoders)
}

/** Lines of JSON end with a line feed, which never stands within: turned to commas they are an array. */
function* jsonBody({ parts, next }: Page, encoders: Encoders): Generator<Buffer> {
  let separator = '{"items":['
  for (const part of parts)
    for (const lines of linesOf(part, 'ndjson', encoders)) {
      for (let at = lines.indexOf(lineFeed); at >= 0; at = lines.indexOf(lineFeed, at)) lines[at] = comma
      yield Buffer.concat([Buffer.from(separator), lines.subarray(0, -1)])
      separator = ','
    }
  yield Buffer.from(`${separator === ',' ? '' : separator}],"next":${next}}`)
}

/** Copies, as encoders are shared. */
export function* linesOf(part: OutletRows, format: 'ndjson' | 'csv', encoders: Encoders, atOnce = rowsAtOnce): Generator<Buffer> {
  const encoder = encoders.of(format, part.rows.batch.fields, part.result)
  for (let from = 0; from < part.rows.count; from += atOnce) yield Buffer.from(encoder.encode(someOf(part, from, from + atOnce).rows))
}
