import type { Log, NewChunk } from '@millrace/log'
import { MillraceError } from '@millrace/plan'

const version = 1

/** How far results have left the server, kept in a stream of its own: those below the position are gone out. Two float64: version, position. */
export function markChunk(stream: string, position: number): NewChunk {
  const payload = new Uint8Array(Float64Array.of(version, position).buffer)
  return { stream, kind: 'mark', rows: 1, schema: 0, payload }
}

/** Null: there never was one. Errors: MARK_UNREADABLE. */
export async function readMark(log: Log, tenant: string, stream: string): Promise<number | null> {
  const chunk = await log.last(tenant, stream)
  if (chunk === null) return null
  const [found, position] = chunk.payload.length === 16 ? new Float64Array(chunk.payload.slice().buffer) : []
  if (found !== version || position === undefined) throw new MillraceError('MARK_UNREADABLE', { stream })
  return position
}

/** Where going out begins: at its mark, which is made where there is none, so that a crash before the first one skips nothing. */
export async function beginAtMark(log: Log, tenant: string, stream: string, from: 'begin' | 'now'): Promise<number> {
  const mark = await readMark(log, tenant, stream)
  if (mark !== null) return mark
  const position = from === 'begin' ? 0 : log.nextSequence(tenant)
  await log.setRetention(tenant, stream, { maxAgeMs: null, maxBytes: null, lastOnly: true })
  await log.append({ tenant, chunks: [markChunk(stream, position)] })
  return position
}
