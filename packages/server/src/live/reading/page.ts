import type { Log } from '@millrace/log'
import { checkKept } from './begin-position.ts'
import { FillingPage } from './filling-page.ts'
import type { Outlet, OutletRows } from './outlet.ts'

/** Bytes of the log that a page is made of, about. */
const pageBytes = 4 << 20

export interface PageOptions {
  readonly limit: number
  /** How long to wait where there is no record yet. */
  readonly waitMs: number
  /** Ends the wait: nobody wants the page any more. */
  readonly signal: AbortSignal
  /** All rows of the page have the same columns, as in CSV. */
  readonly sameFields: boolean
}

export interface Page {
  readonly parts: readonly OutletRows[]
  readonly rows: number
  /** Where the next page begins. */
  readonly next: number
  /** Records that were left out because the disk damaged them. */
  readonly missed: number
}

/** The records of an outlet from a position on. With `isClaim` the reader was there before: RECORDS_DROPPED where some are gone. */
export async function readPage(log: Log, outlet: Outlet, from: number, isClaim: boolean, options: PageOptions): Promise<Page> {
  const reader = log.reader({ tenant: outlet.tenant, streams: [outlet.stream], from })
  const over = new AbortController()
  over.signal.addEventListener('abort', () => reader.close())
  const stop = (): void => over.abort()
  options.signal.addEventListener('abort', stop)
  const timer = setTimeout(stop, options.waitMs)
  try {
    const page = new FillingPage(outlet, options)
    let announced = false
    for (;;) {
      const pieces = page.isFull || page.bytes >= pageBytes ? [] : await reader.read(pageBytes - page.bytes)
      for (const piece of pieces) page.add(piece)
      if (pieces.length > 0) announced = false
      // Where nothing comes though it was announced, the log was closed.
      else if (announced || page.rows > 0 || options.waitMs === 0 || over.signal.aborted) break
      else {
        await reader.wait()
        announced = true
      }
    }
    const next = page.next ?? reader.position
    if (isClaim) checkKept(log, outlet, from, page.first ?? next)
    return { parts: page.parts, rows: page.rows, next, missed: reader.missed }
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', stop)
    reader.close()
  }
}
