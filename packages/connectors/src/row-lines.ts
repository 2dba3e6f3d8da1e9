/** Each line of a page, without its line feed; no bytes are copied. */
export function rowLines(page: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength)
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start)
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}
