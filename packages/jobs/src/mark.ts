import type { Chunk, NewChunk } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { markStream } from './job-spec.ts'

/** How far a job has come: appended with the results that brought it there. */
export interface Mark {
  /** All results caused by entries up to this sequence are in the log, none caused by a later one. */
  readonly position: number
  /** Rises when the job starts without the state it had (semantics R2); from 1. */
  readonly epoch: number
}

const version = 1

/** Three float64: version, position, epoch. */
export function markChunk(job: string, { position, epoch }: Mark): NewChunk {
  const payload = new Uint8Array(new SharedArrayBuffer(24))
  new Float64Array(payload.buffer).set([version, position, epoch])
  return { stream: markStream(job), kind: 'mark', rows: 1, schema: 0, payload }
}

export function readMark({ payload, stream }: Chunk): Mark {
  const [found, position, epoch] = new Float64Array(payload.slice().buffer)
  if (payload.length !== 24 || found !== version) throw new MillraceError('JOB_MARK_UNREADABLE', { stream })
  return { position: position as number, epoch: epoch as number }
}
