const carriageReturn = 13

/** The end of a line's content: without its \r. */
export function contentEnd(bytes: Uint8Array, from: number, lineEnd: number): number {
  return lineEnd > from && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd
}
