import type { DeadLetter } from './decoder.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A letter as an object of NDJSON: its bytes as `text` where they are UTF-8, else as `base64`; either gives them back exactly. */
export function deadLetterLine({ stream, record, byteOffset, bytes, column, code, reason, key }: DeadLetter): object {
  const place = { stream, record, byteOffset, column, code, reason, key }
  try {
    return { ...place, text: decoder.decode(bytes) }
  } catch {
    return { ...place, base64: Buffer.from(bytes).toString('base64') }
  }
}
