/** Why a record was rejected, by what an operator would look at: the producer's bytes, its fields, or its clock. */
export type LetterKind = 'deserialization' | 'conversion' | 'early'

const codeBegin = '"code":"'

/** How many dead letters of each kind a chunk holds: lines of JSON. Inside of a text all quotes are escaped, so that the code is found without parsing. */
export function letterKinds(payload: Uint8Array): Record<LetterKind, number> {
  const kinds = { deserialization: 0, conversion: 0, early: 0 }
  const lines = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  for (let at = lines.indexOf(codeBegin); at >= 0; at = lines.indexOf(codeBegin, at)) {
    const from = at + codeBegin.length
    at = lines.indexOf('"', from)
    kinds[kindOf(lines.toString('latin1', from, at))]++
    at = lines.indexOf('\n', at)
    if (at < 0) break
  }
  return kinds
}

/** By code of the catalogue: those of a format's syntax, of one field, of a time ahead of all clocks. */
export function kindOf(code: string): LetterKind {
  if (code === 'TIME_TOO_FAR_AHEAD') return 'early'
  return /^(CSV|JSON|RECORD)_/.test(code) ? 'deserialization' : 'conversion'
}
