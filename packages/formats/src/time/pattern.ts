export type TimePart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'zone'

/** A part of a pattern: digits of a fixed width, the zone (any width), or one byte of literal text. */
export type PatternItem =
  | { readonly kind: 'digits'; readonly part: Exclude<TimePart, 'zone'>; readonly width: number }
  | { readonly kind: 'zone' }
  | { readonly kind: 'literal'; readonly byte: number }

const parts: Readonly<Record<string, { part: Exclude<TimePart, 'zone'>; width: number }>> = {
  yyyy: { part: 'year', width: 4 },
  MM: { part: 'month', width: 2 },
  dd: { part: 'day', width: 2 },
  HH: { part: 'hour', width: 2 },
  mm: { part: 'minute', width: 2 },
  ss: { part: 'second', width: 2 },
}

/** The items of a pattern such as `yyyy-MM-dd'T'HH:mm:ss z`, or what is wrong with it, in words. */
export function parsePattern(pattern: string): readonly PatternItem[] | string {
  const items: PatternItem[] = []
  const seen = new Set<TimePart>()
  for (let at = 0; at < pattern.length; ) {
    const quoted = /^'((?:[^']|'')*)'/.exec(pattern.slice(at))
    if (quoted !== null) {
      pushLiteral(items, quoted[0] === "''" ? "'" : (quoted[1] as string).replaceAll("''", "'"))
      at += quoted[0].length
      continue
    }
    const run = /^([A-Za-z])\1*/.exec(pattern.slice(at))?.[0]
    const item = run === undefined ? undefined : itemOf(run)
    if (typeof item === 'string') return item
    if (item === undefined) pushLiteral(items, String.fromCodePoint(pattern.codePointAt(at) as number))
    else items.push(item)
    if (item?.kind === 'digits' || item?.kind === 'zone') {
      const part = item.kind === 'zone' ? 'zone' : item.part
      if (seen.has(part)) return `it names the ${part} twice`
      seen.add(part)
    }
    at += item === undefined ? String.fromCodePoint(pattern.codePointAt(at) as number).length : (run as string).length
  }
  for (const part of ['year', 'month', 'day'] as const) if (!seen.has(part)) return `it names no ${part}`
  return zoneProblem(items) ?? items
}

function itemOf(run: string): PatternItem | string | undefined {
  const digits = parts[run]
  if (digits !== undefined) return { kind: 'digits', ...digits }
  if (/^S{1,9}$/.test(run)) return { kind: 'digits', part: 'fraction', width: run.length }
  if (run === 'z') return { kind: 'zone' }
  return run === 'T' ? undefined : `${run} means nothing here; put literal text in '...'`
}

function pushLiteral(items: PatternItem[], text: string): void {
  for (const byte of new TextEncoder().encode(text)) items.push({ kind: 'literal', byte })
}

function zoneProblem(items: readonly PatternItem[]): string | undefined {
  const at = items.findIndex((item) => item.kind === 'zone')
  return at >= 0 && items[at + 1]?.kind === 'digits' ? 'digits follow the zone directly' : undefined
}
