/** Records as they are written already, or objects. */
export type Records = string | Uint8Array<ArrayBuffer> | readonly Readonly<Record<string, unknown>>[]

/** Who sends, and the number of the body among those it sent: it grows. */
export interface Producer {
  readonly id: string
  readonly sequence: number
}

export interface SendOptions {
  /** How text or bytes are written. Default `ndjson`. */
  readonly format?: 'ndjson' | 'json' | 'csv'
  readonly producer?: Producer
  readonly signal?: AbortSignal
}

const types = { ndjson: 'application/x-ndjson', json: 'application/json', csv: 'text/csv' } as const

export function recordsBody(
  records: Records,
  format: SendOptions['format'] = 'ndjson',
): { readonly body: string | Uint8Array<ArrayBuffer>; readonly type: string } {
  if (typeof records === 'string' || records instanceof Uint8Array) return { body: records, type: types[format] }
  return { body: records.map((record) => `${JSON.stringify(record)}\n`).join(''), type: types.ndjson }
}
