import type { ByteInput } from '../run/byte-input.ts'

/** The bytes of an input, closed at its end; each piece stays as it is. */
export async function* piecesOf(input: ByteInput): AsyncGenerator<Uint8Array> {
  try {
    // A chunk is valid until the next one is asked for, which may be before it was sent.
    for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) yield chunk.slice()
  } finally {
    await input.close()
  }
}
