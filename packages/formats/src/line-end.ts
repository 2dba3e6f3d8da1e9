const lineFeed = 10
const carriageReturn = 13

/** The end of a line's content: without its \r. */
export function contentEnd(bytes: Uint8Array, from: number, lineEnd: number): number {
  return lineEnd > from && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd
}

/** The position after the next line feed, four bytes at a time; one always stands a little behind the end of a window. */
export function afterLine(view: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const word = view.getInt32(at, true) ^ 0x0a0a0a0a
    const found = (word - 0x01010101) & ~word & 0x80808080
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3) + 1
  }
}

/** The same, but 0 where a double quote stands before the line feed. */
export function afterPlainLine(bytes: Uint8Array, view: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const word = view.getInt32(at, true)
    const feed = word ^ 0x0a0a0a0a
    const quote = word ^ 0x22222222
    const found = (((feed - 0x01010101) & ~feed) | ((quote - 0x01010101) & ~quote)) & 0x80808080
    if (found === 0) continue
    const end = at + ((31 - Math.clz32(found & -found)) >> 3)
    return bytes[end] === lineFeed ? end + 1 : 0
  }
}
