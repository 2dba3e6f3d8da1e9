/** A part of a timestamp's pattern: a field of the date, the zone (`z`), or literal text. */
export type PatternPart = { readonly field: PatternField } | { readonly text: string }
export type PatternField = 'yyyy' | 'MM' | 'dd' | 'HH' | 'mm' | 'ss' | 'SSS' | 'z'

const fields: ReadonlySet<string> = new Set<PatternField>(['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS', 'z'])
/** Formats that are no patterns. */
export const namedTimestampFormats: readonly string[] = ['iso', 'epoch-s', 'epoch-ms', 'epoch-us']

/**
 * The parts of a pattern such as `yyyy-MM-dd'T'HH:mm:ss z`; a string says what is wrong with it.
 * Text between quotes is literal, '' is a quote, letters outside of quotes are fields, but for the T of ISO 8601.
 */
export function timestampPattern(pattern: string): readonly PatternPart[] | string {
  const parts: PatternPart[] = []
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([a-z])\1*|[^a-z]/gi)) {
    const part = partOf(token)
    if (typeof part === 'string') return part
    parts.push(part)
  }
  return fault(parts) ?? joined(parts)
}

function partOf(token: string): PatternPart | string {
  if (token === "''") return { text: "'" }
  if (token.length > 1 && token.startsWith("'")) return { text: token.slice(1, -1).replaceAll("''", "'") }
  if (token === "'") return 'a quote is not closed'
  if (fields.has(token)) return { field: token as PatternField }
  return /^[a-z]/i.test(token) && token !== 'T' ? `it has no field ${token}` : { text: token }
}

/** A date must be whole, a zone's end must be seen, and no field may be left out between the day and the finest one. */
function fault(parts: readonly PatternPart[]): string | null {
  const used = parts.flatMap((part) => ('field' in part ? [part.field] : []))
  const twice = used.find((field, at) => used.indexOf(field) !== at)
  if (twice !== undefined) return `${twice} stands in it twice`
  const missing = (['yyyy', 'MM', 'dd'] as const).find((field) => !used.includes(field))
  if (missing !== undefined) return `${missing} is missing`
  const afterZone = parts[parts.findIndex((part) => 'field' in part && part.field === 'z') + 1]
  if (used.includes('z') && afterZone !== undefined && 'field' in afterZone) return `${afterZone.field} follows the zone directly`
  const steps = ['HH', 'mm', 'ss', 'SSS'] as const
  const finest = steps.findLastIndex((field) => used.includes(field))
  const gap = steps.slice(0, Math.max(0, finest)).find((field) => !used.includes(field))
  return gap === undefined ? null : `${gap} is missing`
}

function joined(parts: readonly PatternPart[]): PatternPart[] {
  const result: PatternPart[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if ('text' in part && last !== undefined && 'text' in last) result[result.length - 1] = { text: last.text + part.text }
    else result.push(part)
  }
  return result
}
