import { type Encoder, openEncoder, type ResultSource } from '@millrace/formats'
import type { Field } from '@millrace/plan'

/** Each holds a buffer and generated code. */
const maxEncoders = 64

/**
 * Encoders by what they write, so that code is generated once for all readers of an output. What one encodes is valid until
 * somebody encodes again: it is to be copied at once.
 */
export class Encoders {
  private readonly known = new Map<string, Encoder>()

  /** Throws FORMAT_FIELDS where the fields cannot be written in the format. */
  of(format: 'ndjson' | 'csv', fields: readonly Field[], result: ResultSource | null): Encoder {
    const key = JSON.stringify([format, result, fields])
    const encoder = this.known.get(key) ?? openEncoder(format, fields, result === null ? {} : { result })
    this.known.delete(key)
    this.known.set(key, encoder)
    if (this.known.size > maxEncoders) this.known.delete(this.known.keys().next().value as string)
    return encoder
  }
}
