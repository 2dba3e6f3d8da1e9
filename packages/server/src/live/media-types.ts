import { MillraceError } from '@millrace/plan'

export type LiveFormat = 'ndjson' | 'json' | 'csv' | 'events'

export const mediaTypes: Readonly<Record<LiveFormat, string>> = {
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  csv: 'text/csv',
  events: 'text/event-stream',
}

const formats = Object.keys(mediaTypes) as readonly LiveFormat[]

/** The format of an Accept header that its sender likes best, NDJSON where it takes anything (RFC 9110, 12.5.1); RECORDS_FORMAT: none of ours. */
export function formatOf(accept: string | undefined): LiveFormat {
  const wanted = (accept ?? '*/*').split(',').map(rangeOf)
  let best: LiveFormat | null = null
  let bestQuality = 0
  for (const format of formats) {
    const quality = qualityOf(mediaTypes[format], wanted)
    if (quality > bestQuality) {
      best = format
      bestQuality = quality
    }
  }
  if (best === null) throw new MillraceError('RECORDS_FORMAT', { accept })
  return best
}

interface Range {
  readonly type: string
  readonly quality: number
}

function rangeOf(text: string): Range {
  const [type = '', ...params] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = params.find((param) => param.startsWith('q='))?.slice(2)
  return { type, quality: quality === undefined ? 1 : Number(quality) || 0 }
}

/** The most exact range that covers a type says how well it is liked. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const group = `${type.slice(0, type.indexOf('/'))}/*`
  for (const exact of [type, group, '*/*']) {
    const found = ranges.find((range) => range.type === exact)
    if (found !== undefined) return found.quality
  }
  return 0
}
