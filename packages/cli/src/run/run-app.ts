import type { Batch } from '@millrace/columns'
import { openJob } from '@millrace/engine'
import { type DeadLetters, openDecoder } from '@millrace/formats'
import { MillraceError, type Plan, type StreamNode } from '@millrace/plan'
import { LocalLog } from '@millrace/testing'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { openFdWriter } from '../fd-writer.ts'
import { loadValidPlan } from '../load-valid-plan.ts'
import type { Terminal } from '../terminal.ts'
import { type ByteInput, openByteInput } from './byte-input.ts'
import { drive, type OpenInput } from './drive.ts'
import { namedInputs } from './inputs.ts'
import { onInterrupt } from './interrupt.ts'
import { wallClock } from './pace.ts'
import { paramValues } from './params.ts'
import { Progress } from './progress.ts'
import { Results } from './results.ts'
import { printSummary, type Summary, summaryOf } from './summary.ts'

/** The options of the command as they are given. */
export interface RunFlags {
  readonly input?: readonly string[]
  readonly speed: number
  readonly out: string
  readonly format?: 'ndjson' | 'csv' | 'table'
  readonly param?: readonly string[]
  readonly only?: readonly string[]
  readonly limit: number
  readonly tenant: string
  readonly summary?: string
}

const flushEveryMs = 1_000

/** Runs an app over its inputs (semantics T8), writes results and summary; gives the exit code. */
export async function runApp(file: string, flags: RunFlags, terminal: Terminal): Promise<ExitCode> {
  const plan = await loadValidPlan(file)
  const named = namedInputs(plan, flags.input ?? [])
  const params = paramValues(plan, flags.param ?? [])
  const opened: ByteInput[] = []
  const interrupt = onInterrupt()
  try {
    // Inputs first: where one cannot be read, results of an earlier run stay as they are.
    for (const input of named) opened.push(await openByteInput(input.file))
    const format = flags.format ?? (flags.out === '-' && terminal.outIsTerminal ? 'table' : 'ndjson')
    const options = { out: flags.out, format, only: flags.only ?? [], limit: flags.limit, tenant: flags.tenant }
    const files = named.map((input) => input.file)
    const results = new Results(plan, options, files, terminal)
    const inputs = named.map(({ stream }, index) => openInput(plan, stream, opened[index] as ByteInput, results))
    const job = openJob(plan, { sink: results, params })
    return await run({ plan, files, inputs, results, job, flags, terminal, interrupt })
  } finally {
    interrupt.release()
    for (const bytes of opened) await bytes.close()
  }
}

interface Run {
  readonly plan: Plan
  readonly files: readonly string[]
  readonly inputs: readonly OpenInput[]
  readonly results: Results
  readonly job: ReturnType<typeof openJob>
  readonly flags: RunFlags
  readonly terminal: Terminal
  readonly interrupt: ReturnType<typeof onInterrupt>
}

async function run({ plan, files, inputs, results, job, flags, terminal, interrupt }: Run): Promise<ExitCode> {
  const startedMs = wallClock.nowMs()
  const progress = new Progress(terminal, startedMs)
  const log = new LocalLog(job, Object.fromEntries(Object.entries(plan.streams).map(([name, stream]) => [name, stream.time])))
  // A reader of a pipe sees at once that the run is open.
  if (inputs.some(({ bytes }) => bytes.live)) results.flush(true)
  const ended = await keepingResults(results, () =>
    drive(inputs, log, {
      speed: flags.speed,
      clock: wallClock,
      stopped: interrupt.stopped,
      isStopped: () => interrupt.isStopped() || results.closedByReader,
      afterChunk: tellingHow(inputs, results, progress, startedMs),
    }),
  )
  if (ended) log.end()
  progress.clear()
  results.close()
  const summary = summaryOf({
    plan,
    job: job.stats(),
    inputs: inputs.map(({ stream, decoder }, index) => ({ stream, file: files[index] as string, stats: decoder.stats() })),
    deadLetters: results.deadLetters,
    placeOf: (output) => results.placeOf(output),
    sidePlaces: results.sidePlaces,
    seconds: (wallClock.nowMs() - startedMs) / 1000,
    interrupted: interrupt.isStopped(),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  })
  printSummary(summary, terminal)
  if (flags.summary !== undefined) writeSummary(summary, flags.summary)
  if (interrupt.isStopped()) return exitCodes.interrupted
  refuseWhatNeverFits(summary)
  return exitCodes.ok
}

/** After a chunk: results are written where somebody waits for them, and the line of progress is brought up to date. */
function tellingHow(inputs: readonly OpenInput[], results: Results, progress: Progress, startedMs: number): (live: boolean) => void {
  let flushedMs = startedMs
  return (live) => {
    const nowMs = wallClock.nowMs()
    if (live || nowMs - flushedMs > flushEveryMs) {
      progress.clear()
      results.flush(live)
      flushedMs = nowMs
    }
    progress.update(nowMs, () => progressState(inputs))
  }
}

function openInput(plan: Plan, stream: string, bytes: ByteInput, results: Results): OpenInput {
  const node = plan.streams[stream] as StreamNode
  let take: (batch: Batch) => void = () => {}
  const decoder = openDecoder(stream, node, {
    batch: (batch: Batch) => take(batch),
    deadLetters: (letters: DeadLetters) => results.deadLetters.take(letters),
  })
  return {
    stream,
    node,
    decoder,
    bytes,
    take(sink) {
      take = sink
    },
  }
}

function progressState(inputs: readonly OpenInput[]) {
  const sizes = inputs.map(({ bytes }) => bytes.sizeBytes)
  return {
    readBytes: inputs.reduce((total, { bytes }) => total + bytes.readBytes, 0),
    sizeBytes: sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total + size), 0),
    records: inputs.reduce((total, { decoder }) => total + decoder.stats().records, 0),
  }
}

/** Where a run fails, what came before it is written all the same. */
async function keepingResults(results: Results, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (failure) {
    try {
      results.close()
    } catch {
      // The disk that was full before is full still: the first failure tells it.
    }
    throw failure
  }
}

/** A file of which nothing fits is the wrong file. */
function refuseWhatNeverFits({ inputs, firstBad }: Summary): void {
  for (const { stream, file, records, bad } of inputs) {
    if (records === 0 || bad < records) continue
    const reason = firstBad.find((first) => first.stream === stream)?.reason
    throw new MillraceError('CLI_INPUT_NOTHING_FITS', { records, file, stream, reason })
  }
}

function writeSummary(summary: Summary, file: string): void {
  const writer = openFdWriter(file)
  writer.write(Buffer.from(`${JSON.stringify(summary, null, 2)}\n`))
  writer.close()
}
