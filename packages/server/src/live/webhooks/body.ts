import type { Encoders } from '../reading/encoders.ts'
import { positionAt } from '../reading/outlet.ts'
import type { Page } from '../reading/page.ts'
import { linesOf } from '../reading/page-body.ts'
import type { Webhook } from './webhook.ts'

/** Of a body, about: at least one row. */
const maxBodyBytes = 1 << 20

/** What is sent at once. */
export interface Batch {
  readonly body: Buffer
  /** Positions of the first and the last row. */
  readonly first: number
  readonly last: number
  readonly rows: number
}

/** As many rows of a page, which has some, as a body may hold: `{"webhook", "app", "output", "first", "last", "items": [...]}`. */
export function batchOf({ name, app, output }: Webhook, page: Page, encoders: Encoders): Batch {
  const items: Buffer[] = []
  const positions: number[] = []
  let bytes = 0
  for (const part of page.parts) {
    let row = 0
    for (const line of linesOf(part, 'ndjson', encoders, 1)) {
      bytes += line.length
      if (bytes > maxBodyBytes && items.length > 0) break
      items.push(line.subarray(0, -1))
      positions.push(positionAt(part, row++))
    }
    if (bytes > maxBodyBytes) break
  }
  const first = positions[0] as number
  const last = positions.at(-1) as number
  const head = JSON.stringify({ webhook: name, app, output, first, last })
  const separated = items.flatMap((item, at) => (at === 0 ? [item] : [comma, item]))
  return { body: Buffer.concat([Buffer.from(`${head.slice(0, -1)},"items":[`), ...separated, Buffer.from(']}')]), first, last, rows: items.length }
}

const comma = Buffer.from(',')
