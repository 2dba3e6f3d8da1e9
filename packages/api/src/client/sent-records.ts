/** Records as they are written already, or objects. */
export type WholeRecords = string | Uint8Array<ArrayBuffer> | readonly Readonly<Record<string, unknown>>[]
/** Bytes that come one after the other, of any length, such as those of a file. */
export type StreamedRecords = AsyncIterable<Uint8Array>
export type Records = WholeRecords | StreamedRecords

/** Who sends, and the number of the body among those it sent: it grows. */
export interface Producer {
  readonly id: string
  readonly sequence: number
}

export interface SendOptions {
  /** How text or bytes are written; `declared`: as the stream declares. Default `ndjson`. */
  readonly format?: 'ndjson' | 'json' | 'csv' | 'declared'
  readonly producer?: Producer
  readonly signal?: AbortSignal
}

const types = { ndjson: 'application/x-ndjson', json: 'application/json', csv: 'text/csv', declared: 'application/octet-stream' } as const

export const isStreamed = (records: Records): records is StreamedRecords => typeof records === 'object' && Symbol.asyncIterator in records

export const mediaTypeOf = (format: SendOptions['format'] = 'ndjson'): string => types[format]

export function recordsBody(
  records: WholeRecords,
  format: SendOptions['format'] = 'ndjson',
): { readonly body: string | Uint8Array<ArrayBuffer>; readonly type: string } {
  if (typeof records === 'string' || records instanceof Uint8Array) return { body: records, type: types[format] }
  return { body: records.map((record) => `${JSON.stringify(record)}\n`).join(''), type: types.ndjson }
}
