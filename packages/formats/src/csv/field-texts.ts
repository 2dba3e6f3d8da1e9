const lineFeed = 10
const quote = 34
const utf8 = new TextDecoder()

export interface FieldText {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** The first fields of the line that begins at `start`, `most` of them, unquoted, and where its line feed (or the input's end) is. */
export function fieldTexts(bytes: Uint8Array, start: number, end: number, separator: number, most: number): { names: FieldText[]; end: number } {
  const names: FieldText[] = []
  let from = start
  let quoted = false
  for (let at = start; at <= end; at++) {
    const byte = at < end ? bytes[at] : lineFeed
    if (byte === quote && (quoted || at === from)) quoted = !quoted
    const ends = at === end || (!quoted && (byte === separator || byte === lineFeed))
    if (!ends) continue
    if (names.length < most) names.push({ text: textOf(bytes, from, at, byte === lineFeed), from, to: at })
    if (byte !== separator) return { names, end: at }
    from = at + 1
  }
  return { names, end }
}

function textOf(bytes: Uint8Array, from: number, to: number, last: boolean): string {
  const raw = utf8.decode(bytes.subarray(from, to))
  const text = last ? raw.replace(/\r$/, '') : raw
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text
}
