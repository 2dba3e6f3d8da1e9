import { closeSync, openSync, readSync } from 'node:fs'
import type { Batch } from '@millrace/columns'
import { type JobSink, type JobStats, openJob } from '@millrace/engine'
import { type DecoderSink, type DecoderStats, openDecoder } from '@millrace/formats'
import type { Plan, StreamNode } from '@millrace/plan'
import { LocalLog } from '@millrace/testing'

const chunk = new Uint8Array(1 << 20)

/** Decodes a file, as one thread does it that also reads. */
export function decodeFile(file: string, plan: Plan, sink: Partial<DecoderSink>): DecoderStats {
  const decoding = decodeByChunk(file, plan, sink)
  for (;;) {
    const { done, value } = decoding.next()
    if (done === true) return value
  }
}

/** The same with a pause behind each piece that was read. */
export function* decodeByChunk(file: string, plan: Plan, sink: Partial<DecoderSink>): Generator<void, DecoderStats> {
  const decoder = openDecoder('alarms', plan.streams['alarms'] as StreamNode, {
    batch: (batch) => sink.batch?.(batch),
    deadLetters: (letters) => sink.deadLetters?.(letters),
  })
  const fd = openSync(file, 'r')
  for (;;) {
    const length = readSync(fd, chunk, 0, chunk.length, null)
    if (length === 0) break
    decoder.push(chunk.subarray(0, length))
    yield
  }
  closeSync(fd)
  decoder.end()
  return decoder.stats()
}

/** Decodes a file and runs the plan over it; `afterBatch` may look at the job on its way. */
export function runFile(file: string, plan: Plan, sink: JobSink, afterBatch?: (stats: () => JobStats) => void): JobStats {
  const job = openJob(plan, { sink })
  const log = new LocalLog(job, { alarms: 'event_time' })
  const stats = () => job.stats()
  decodeFile(file, plan, {
    batch(batch: Batch) {
      log.append('alarms', batch)
      afterBatch?.(stats)
    },
  })
  log.end()
  return job.stats()
}

/** Takes results and forgets them. */
export const forgetting: JobSink = { rows() {}, late() {} }
