import { sharedBytes } from '@millrace/columns'
import type { Chunk, NewChunk } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { markStream } from './job-spec.ts'

/** How far a job has come: appended with the results that brought it there. */
export interface Mark {
  /** All results caused by entries up to this sequence are in the log, none caused by a later one. */
  readonly position: number
  /** Rises when the job starts without the state it had (semantics R2); from 1. */
  readonly epoch: number
  /** Where the epoch began: its state is the one after all entries behind this sequence. */
  readonly begin: number
  /** Some of what the entries behind the position caused is in the log as well: too much to be appended together. Null: nothing is. */
  readonly ahead: Ahead | null
}

export interface Ahead {
  /** The last entry that caused some of it. */
  readonly upTo: number
  /** Rows by stream: the first that these entries cause there. */
  readonly rows: Readonly<Record<string, number>>
}

const version = 1
const headBytes = 32

/** Four float64: version, position, epoch, begin; then, where something is ahead, that as JSON. */
export function markChunk(job: string, { position, epoch, begin, ahead }: Mark): NewChunk {
  const text = ahead === null ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(ahead))
  const payload = sharedBytes(headBytes + text.length)
  new Float64Array(payload.buffer, payload.byteOffset, 4).set([version, position, epoch, begin])
  payload.set(text, headBytes)
  return { stream: markStream(job), kind: 'mark', rows: 1, schema: 0, payload }
}

export function readMark({ payload, stream }: Chunk): Mark {
  if (payload.length < headBytes) throw new MillraceError('JOB_MARK_UNREADABLE', { stream })
  const [found, position, epoch, begin] = new Float64Array(payload.slice(0, headBytes).buffer) as Float64Array & readonly [number, number, number, number]
  if (found !== version) throw new MillraceError('JOB_MARK_UNREADABLE', { stream })
  const ahead = payload.length === headBytes ? null : (JSON.parse(new TextDecoder().decode(payload.slice(headBytes))) as Ahead)
  return { position, epoch, begin, ahead }
}

/** The entry behind which nothing of the mark is left open: no snapshot may stand before it, and no other plan begin. */
export function settledAt({ position, ahead }: Mark): number {
  return Math.max(position, ahead?.upTo ?? 0)
}
