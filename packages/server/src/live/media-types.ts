import { MillraceError } from '@millrace/plan'
import { preferred } from '../http/preferred.ts'

export type LiveFormat = 'ndjson' | 'json' | 'csv' | 'events'

export const mediaTypes: Readonly<Record<LiveFormat, string>> = {
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  csv: 'text/csv',
  events: 'text/event-stream',
}

/** The format of an Accept header that its sender likes best, NDJSON where it takes anything; RECORDS_FORMAT: none of ours. */
export function formatOf(accept: string | undefined): LiveFormat {
  const best = preferred(accept, mediaTypes)
  if (best === null) throw new MillraceError('RECORDS_FORMAT', { accept })
  return best
}
