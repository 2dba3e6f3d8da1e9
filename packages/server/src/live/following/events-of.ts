import type { Encoders } from '../reading/encoders.ts'
import { type OutletRows, positionAt, someOf } from '../reading/outlet.ts'

/** Rows that are written at once. */
const rowsAtOnce = 64
const lineFeed = 10

/** An event a row: its id is the row's position. */
export function* eventsOf(part: OutletRows, encoders: Encoders): Generator<Buffer> {
  for (let from = 0; from < part.rows.count; from += rowsAtOnce) {
    const some = someOf(part, from, from + rowsAtOnce)
    const lines = encoders.of('ndjson', some.rows.batch.fields, some.result).encode(some.rows)
    const events: Uint8Array[] = []
    let begin = 0
    for (let row = 0; row < some.rows.count; row++) {
      const end = lines.indexOf(lineFeed, begin) + 1
      events.push(Buffer.from(`id: ${positionAt(some, row)}\ndata: `), lines.subarray(begin, end), Buffer.from('\n'))
      begin = end
    }
    yield Buffer.concat(events)
  }
}
