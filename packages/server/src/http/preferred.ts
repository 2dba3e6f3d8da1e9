/** The one of our media types that the sender of an Accept header likes best, the first where it takes anything (RFC 9110, 12.5.1); null: none. */
export function preferred<Format extends string>(accept: string | undefined, types: Readonly<Record<Format, string>>): Format | null {
  const wanted = (accept ?? '*/*').split(',').map(rangeOf)
  let best: Format | null = null
  let bestQuality = 0
  for (const format of Object.keys(types) as Format[]) {
    const quality = qualityOf(types[format], wanted)
    if (quality > bestQuality) {
      best = format
      bestQuality = quality
    }
  }
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
