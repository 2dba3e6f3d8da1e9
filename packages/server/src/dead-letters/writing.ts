import type { Format } from '@millrace/plan'

/** How a record was written that became a dead letter: without it nobody could read it again. */
export interface Writing {
  readonly format: Format['kind']
  /** Of CSV. */
  readonly separator?: string
  /** Of CSV: what the fields of its line are called. */
  readonly fields?: readonly string[]
}

/** Of the names of fields: every letter repeats them, so a header that is longer is left out, and its letters cannot be read again. */
const mostFieldsBytes = 4 << 10

export function writingOf(format: Format, fields: readonly string[] | null): Writing {
  if (format.kind !== 'csv') return { format: format.kind }
  return { format: 'csv', separator: format.separator, ...(fields !== null && isShort(fields) && { fields }) }
}

function isShort(fields: readonly string[]): boolean {
  let bytes = 0
  return fields.every((name) => {
    bytes += Buffer.byteLength(name) + 1
    return bytes <= mostFieldsBytes
  })
}

/** As the decoder is told; null: what its fields mean is not known. */
export function formatOf({ format, separator = ',', fields }: Writing): Format | null {
  if (format !== 'csv') return { kind: format }
  return fields === undefined ? null : { kind: 'csv', separator, header: 'present' }
}

/** The bytes of a whole input that holds the record and nothing else. */
export function inputOf({ separator = ',', fields }: Writing, record: Uint8Array): Uint8Array {
  return fields === undefined ? record : Buffer.concat([Buffer.from(`${fields.map(quoted).join(separator)}\n`), record])
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
