import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { MillraceError } from '@millrace/plan'
import type { Caller } from '../access/caller.ts'
import type { IntakeOptions } from '../intake/intake.ts'

const formats: Readonly<Record<string, IntakeOptions['format']>> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/json': 'json',
  'text/csv': 'csv',
}

/** How the body is written. Errors: INTAKE_CONTENT_TYPE. */
export function formatOf({ 'content-type': type = '' }: IncomingHttpHeaders): IntakeOptions['format'] {
  const media = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (media === '' || media === 'application/octet-stream') return undefined
  if (!Object.hasOwn(formats, media)) throw new MillraceError('INTAKE_CONTENT_TYPE', { type: JSON.stringify(type.slice(0, 100)) })
  return formats[media]
}

/** Whether the body is compressed. Errors: INTAKE_ENCODING. */
export function isCompressed({ 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): boolean {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity') return false
  if (name !== 'gzip' && name !== 'x-gzip') throw new MillraceError('INTAKE_ENCODING', { encoding: JSON.stringify(encoding.slice(0, 100)) })
  return true
}

/** Who sends, so that a repetition is absorbed; devices never share a producer. Errors: INTAKE_PRODUCER. */
export function producerOf({ headersDistinct }: IncomingMessage, { device }: Caller): IntakeOptions['producer'] {
  // As they were sent: the check of the headers converts those in `headers`.
  const { 'millrace-producer': ids = [], 'millrace-sequence': texts = [] } = headersDistinct
  if (ids.length + texts.length === 0) return undefined
  const [[id], [text]] = [ids, texts]
  if (id === undefined || text === undefined || ids.length + texts.length !== 2)
    throw new MillraceError('INTAKE_PRODUCER', { reason: 'go together, each once' })
  if (!/^[\x21-\x7e]{1,128}$/.test(id)) throw new MillraceError('INTAKE_PRODUCER', { reason: 'hold an id that is not one' })
  const sequence = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(sequence)) throw new MillraceError('INTAKE_PRODUCER', { reason: `hold the sequence ${JSON.stringify(text.slice(0, 40))}` })
  return { id: device === null ? id : JSON.stringify([device, id]), sequence }
}
