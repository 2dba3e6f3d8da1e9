import type { Output } from './output.ts'

const quote = 34
const backslash = 92
const hex = '0123456789abcdef'
/** The letter after the backslash of a control character, 0: it is written \u00xx. */
const shortEscapes = new Map([
  [8, 98],
  [9, 116],
  [10, 110],
  [12, 102],
  [13, 114],
])

/** UTF-8 as the content of a JSON string. Needs 6 bytes of room for each byte. */
export function writeJsonText(out: Output, at: number, source: Uint8Array, from: number, to: number): number {
  const { bytes } = out
  let end = at
  for (let i = from; i < to; i++) {
    const byte = source[i] as number
    if (byte < 32 || byte === quote || byte === backslash) end = writeEscape(bytes, end, byte)
    else bytes[end++] = byte
  }
  return end
}

function writeEscape(bytes: Uint8Array, at: number, byte: number): number {
  bytes[at] = backslash
  const letter = byte < 32 ? shortEscapes.get(byte) : byte
  if (letter !== undefined) {
    bytes[at + 1] = letter
    return at + 2
  }
  for (const [i, char] of [...`u00${hex[byte >> 4]}${hex[byte & 15]}`].entries()) bytes[at + 1 + i] = char.charCodeAt(0)
  return at + 6
}

const formulaStarts = new Set([61, 43, 45, 64, 9, 13])

/**
 * UTF-8 as a CSV field: quoted where it must be, and an empty text always, because an empty field is a missing value.
 * `guard`: text that a spreadsheet would take for a formula gets an apostrophe in front (semantics L3). Needs 2 bytes
 * of room for each byte and 4 more.
 */
export function writeCsvText(out: Output, at: number, source: Uint8Array, from: number, to: number, separator: number, guard: boolean): number {
  const { bytes } = out
  const guarded = guard && from < to && formulaStarts.has(source[from] as number)
  const quoted = needsQuotes(source, from, to, separator)
  let end = at
  if (quoted) bytes[end++] = quote
  if (guarded) bytes[end++] = 39
  for (let i = from; i < to; i++) {
    const byte = source[i] as number
    if (byte === quote) bytes[end++] = quote
    bytes[end++] = byte
  }
  if (quoted) bytes[end++] = quote
  return end
}

function needsQuotes(source: Uint8Array, from: number, to: number, separator: number): boolean {
  if (from === to) return true
  for (let i = from; i < to; i++) {
    const byte = source[i] as number
    if (byte === separator || byte === quote || byte === 10 || byte === 13) return true
  }
  return false
}
