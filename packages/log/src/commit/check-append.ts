import { MillraceError } from '@millrace/plan'
import type { NewChunk } from '../chunk.ts'
import { kinds } from '../journal/layout.ts'
import type { Append } from '../log.ts'

const maxNameLength = 128
export const maxPayloadBytes = 64 * 2 ** 20
export const maxAppendBytes = 256 * 2 ** 20
const maxRows = 2 ** 31 - 1
const maxSchema = 2 ** 31 - 1

/** Throws LOG_NAME or LOG_APPEND where an append cannot be kept as it is; answers the bytes of its chunks. */
export function checkAppend({ tenant, chunks, producer }: Append): number {
  checkName('tenant', tenant)
  if (producer !== undefined) {
    checkName('producer', producer.id)
    if (!isWhole(producer.sequence, 0, Number.MAX_SAFE_INTEGER)) refuse(`the sequence of its producer is ${producer.sequence}, not a whole number from 0`)
  }
  if (chunks.length === 0) refuse('it has no chunk')
  let bytes = 0
  let rows = 0
  for (const chunk of chunks) {
    checkChunk(chunk)
    bytes += chunk.payload.length + (chunk.ingestionMs?.byteLength ?? 0)
    rows += chunk.rows
  }
  if (bytes > maxAppendBytes) refuse(`its chunks have ${bytes} bytes, more than ${maxAppendBytes}`)
  if (rows > maxRows) refuse(`it has ${rows} rows, more than ${maxRows}`)
  return bytes
}

/** Names of tenants, streams, producers and pins. */
export function checkName(what: string, name: string): void {
  if (name.length < 1 || name.length > maxNameLength || hasControl.test(name) || !name.isWellFormed()) {
    throw new MillraceError('LOG_NAME', { what, name: JSON.stringify(name).slice(0, 200) })
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hasControl = /[\u0000-\u001f\u007f-\u009f]/

function checkChunk({ stream, kind, rows, schema, payload }: NewChunk): void {
  checkName('stream', stream)
  if (!kinds.includes(kind)) refuse(`a chunk has the kind ${kind}`)
  if (!isWhole(rows, 1, maxRows)) refuse(`a chunk has ${rows} rows, not a whole number from 1`)
  if (!isWhole(schema, 0, maxSchema)) refuse(`a chunk has the schema version ${schema}, not a whole number from 0`)
  if (payload.length > maxPayloadBytes) refuse(`a payload has ${payload.length} bytes, more than ${maxPayloadBytes}`)
  if (clockKinds.has(kind) && (rows !== 1 || payload.length > 0)) refuse(`a chunk of the kind ${kind} has other than 1 row and no payload`)
}

const clockKinds: ReadonlySet<string> = new Set(['tick', 'paused', 'resumed', 'end'])

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && value >= from && value <= to
}

function refuse(reason: string): never {
  throw new MillraceError('LOG_APPEND', { reason })
}
