import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Input, type Job, openJob } from '@millrace/engine'
import { type DeadLetter, type DeadLetters, openDecoder } from '@millrace/formats'
import type { LogEntry } from '@millrace/oracle'
import type { Plan, StreamNode } from '@millrace/plan'
import { copyBatch, LocalLog, TimeMerge } from '@millrace/testing'
import { plainValues } from '../../packages/oracle/test/engine/plain-rows.ts'
import type { DecodedLog } from './log-entries.ts'

/** The log that a local run makes of files (semantics T8): `1-indoor.csv` is the first, of the stream `indoor`. */
export function mergedLog(plan: Plan, folder: string): DecodedLog {
  const files = readdirSync(folder).sort()
  const streams = files.map((file) => file.replace(/^\d+-|\.\w+$/g, ''))
  const merge = new TimeMerge(streams.map((stream) => nodeOf(plan, stream).time))
  const deadLetters: DeadLetter[] = []
  files.forEach((file, input) => {
    const stream = streams[input] as string
    const sink = {
      batch: (batch: Parameters<typeof copyBatch>[0]) => merge.offer(input, copyBatch(batch)),
      deadLetters: (letters: DeadLetters) => deadLetters.push(...letters),
    }
    const decoder = openDecoder(stream, nodeOf(plan, stream), sink)
    decoder.push(readFileSync(join(folder, file)))
    decoder.end()
    merge.close(input)
  })
  return { entries: entriesOf(plan, streams, merge), deadLetters }
}

function nodeOf(plan: Plan, stream: string): StreamNode {
  const node = plan.streams[stream]
  if (node === undefined) throw new Error(`there is a file of ${stream}, which the app does not read`)
  return node
}

/** Appends the rows to a log whose job knows the deadlines, and notes what comes to the job. */
function entriesOf(plan: Plan, streams: readonly string[], merge: TimeMerge): readonly LogEntry[] {
  const entries: LogEntry[] = []
  const times = Object.fromEntries(streams.map((stream) => [stream, nodeOf(plan, stream).time]))
  const log = new LocalLog(
    noting(plan, (input) => entries.push(...entriesIn(input))),
    times,
  )
  for (let step = merge.next(); step.kind === 'rows'; step = merge.next()) {
    const { input, batch, from, to } = step.rows
    log.append(streams[input] as string, batch, from, to)
  }
  log.end()
  return entries
}

function noting(plan: Plan, note: (input: Input) => void): Job {
  const job = openJob(plan, { sink: { rows: () => {}, late: () => {} } })
  return {
    push: (input) => {
      note(input)
      job.push(input)
    },
    run: () => job.run(),
    nextTickMs: () => job.nextTickMs(),
    snapshot: () => job.snapshot(),
    stats: () => job.stats(),
  }
}

function entriesIn(input: Input): readonly LogEntry[] {
  if (input.kind !== 'rows') return [input]
  const { stream, batch, from, to, ingestion, sequence } = input
  return Array.from({ length: to - from }, (_, at) => ({
    kind: 'record',
    sequence: typeof sequence === 'number' ? sequence + at : (sequence[from + at] as number),
    stream,
    ingestionMs: typeof ingestion === 'number' ? ingestion : (ingestion[from + at] as number),
    row: plainValues(batch, from + at),
  }))
}
