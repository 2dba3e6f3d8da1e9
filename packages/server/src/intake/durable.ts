import type { Append, NewChunk, Receipt } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { deadRecords } from '../dead-letters/dead-records.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import type { Taken } from './decoding.ts'
import type { IntakeParts } from './intake-parts.ts'
import { LastTimes } from './last-times.ts'
import type { Appended } from './message-ids.ts'

/** Of producers' bodies that left nothing to keep: that they came is known by an append, as of all others. */
const producersStream = '$producers'

/** Appends what was taken, but for records whose message id is known, and releases its room. Errors: STREAM_UNKNOWN, those of the log. */
export async function makeDurable(
  { log, room, messageIds, lastTimes, isDeclared, deadRecordsOf }: IntakeParts,
  stream: RegisteredStream,
  { chunks, bytes }: Taken,
  producer?: Append['producer'],
): Promise<Appended> {
  const { tenant, node } = stream
  const followed = LastTimes.concerns(stream)
  const append = async (fresh: readonly NewChunk[]): Promise<Receipt | null> => {
    if (fresh.length === 0 && producer === undefined) return null
    if (fresh.length === 0) await makeProducersStream(log, tenant)
    if (!isDeclared(stream)) throw new MillraceError('STREAM_UNKNOWN', { stream: stream.name })
    if (followed) lastTimes.note(stream, fresh)
    const all = fresh.length === 0 ? [producersMark] : [...fresh, ...deadRecords(fresh, stream, () => deadRecordsOf(tenant))]
    const receipt = await log.append({ tenant, chunks: all, ...(producer !== undefined && { producer }) })
    if (followed && receipt.duplicate) lastTimes.forget(stream)
    else if (followed) lastTimes.durable(stream)
    return receipt
  }
  try {
    if (chunks.length > 0 && node.messageId !== undefined) return await messageIds.append(stream, node.messageId, chunks, append)
    return { receipt: await append(chunks), chunks, repeated: [] }
  } catch (error) {
    if (followed) lastTimes.forget(stream)
    throw error
  } finally {
    room.release(tenant, bytes)
  }
}

const producersMark: NewChunk = { stream: producersStream, kind: 'mark', rows: 1, schema: 0, payload: new Uint8Array(0) }

async function makeProducersStream(log: IntakeParts['log'], tenant: string): Promise<void> {
  if (log.stream(tenant, producersStream) === null) await log.setRetention(tenant, producersStream, { maxAgeMs: null, maxBytes: null, lastOnly: true })
}

export function recordsOf({ chunks }: Pick<Appended, 'chunks'>): number {
  return chunks.reduce((sum, { kind, rows }) => sum + (kind === 'batch' ? rows : 0), 0)
}

/** Sequences of the records among what was appended, of which they come first; null: there are none. */
export function recordSequences(appended: Appended): readonly [number, number] | null {
  const records = recordsOf(appended)
  if (records === 0 || appended.receipt === null) return null
  const [first = 0] = appended.receipt.sequences
  return [first, first + records - 1]
}
