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
}

const version = 1

/** Four float64: version, position, epoch, begin. */
export function markChunk(job: string, { position, epoch, begin }: Mark): NewChunk {
  const payload = sharedBytes(32)
  new Float64Array(payload.buffer, payload.byteOffset, 4).set([version, position, epoch, begin])
  return { stream: markStream(job), kind: 'mark', rows: 1, schema: 0, payload }
}

export function readMark({ payload, stream }: Chunk): Mark {
  if (payload.length !== 32) throw new MillraceError('JOB_MARK_UNREADABLE', { stream })
  const [found, position, epoch, begin] = new Float64Array(payload.slice().buffer) as Float64Array & readonly [number, number, number, number]
  if (found !== version) throw new MillraceError('JOB_MARK_UNREADABLE', { stream })
  return { position, epoch, begin }
}
