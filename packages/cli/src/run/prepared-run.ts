import type { JobStats } from '@millrace/engine'
import { MillraceError, type Plan } from '@millrace/plan'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { openFdWriter } from '../fd-writer.ts'
import type { Terminal } from '../terminal.ts'
import type { ByteInput } from './byte-input.ts'
import type { OpenInput } from './drive.ts'
import type { NamedInput } from './inputs.ts'
import type { Interrupt } from './interrupt.ts'
import { openInput, progressOf } from './open-input.ts'
import { wallClock } from './pace.ts'
import type { Progress } from './progress.ts'
import { Results } from './results.ts'
import type { RunFlags } from './run-flags.ts'
import { printSummary, type Summary, summaryOf } from './summary.ts'

/** A run whose app, params and inputs are good. */
export interface PreparedRun {
  readonly plan: Plan
  readonly params: Plan['params']
  readonly named: readonly NamedInput[]
  /** One an input. */
  readonly opened: readonly ByteInput[]
  readonly flags: RunFlags
  readonly terminal: Terminal
  readonly interrupt: Interrupt
}

const flushEveryMs = 1_000

/** Opens what the results are written to: results of an earlier run are gone from here on. */
export function openResults({ plan, named, flags, terminal }: PreparedRun): Results {
  const format = flags.format ?? (flags.out === '-' && terminal.outIsTerminal ? 'table' : 'ndjson')
  const options = { out: flags.out, format, only: flags.only ?? [], limit: flags.limit, tenant: flags.tenant }
  const files = named.map(({ file }) => file)
  return new Results(plan, options, files, terminal)
}

export function openInputs(
  { plan, named, opened }: PreparedRun,
  deadLetters: (input: number, stream: string) => Parameters<typeof openInput>[3],
): readonly OpenInput[] {
  return named.map(({ stream }, index) => openInput(plan, stream, opened[index] as ByteInput, deadLetters(index, stream)))
}

/** After a chunk: results are written where somebody waits for them, and the line of progress is brought up to date. */
export function tellingHow(inputs: readonly OpenInput[], results: Results, progress: Progress, startedMs: number): (live: boolean) => void {
  let flushedMs = startedMs
  return (live) => {
    const nowMs = wallClock.nowMs()
    if (live || nowMs - flushedMs > flushEveryMs) {
      progress.clear()
      results.flush(live)
      flushedMs = nowMs
    }
    progress.update(nowMs, () => progressOf(inputs))
  }
}

/** Where a run fails, what came before it is written all the same. */
export async function keepingResults<T>(results: Results, work: () => Promise<T>): Promise<T> {
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

/** Tells what the run did, and gives its exit code. */
export function conclude(prepared: PreparedRun, job: JobStats, inputs: readonly OpenInput[], results: Results, startedMs: number): ExitCode {
  const { plan, named, flags, terminal, interrupt } = prepared
  const summary = summaryOf({
    plan,
    job,
    inputs: inputs.map(({ stream, decoder }, index) => ({ stream, file: (named[index] as NamedInput).file, stats: decoder.stats() })),
    deadLetters: results.deadLetters,
    placeOf: (output) => results.placeOf(output),
    sidePlaces: results.sidePlaces,
    seconds: (wallClock.nowMs() - startedMs) / 1000,
    interrupted: interrupt.isStopped(),
    state: flags.state ?? null,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  })
  printSummary(summary, terminal)
  if (flags.summary !== undefined) writeSummary(summary, flags.summary)
  if (interrupt.isStopped()) return exitCodes.interrupted
  refuseWhatNeverFits(prepared, inputs, results)
  return exitCodes.ok
}

/** A file of which nothing fits is the wrong file. */
export function refuseWhatNeverFits({ named }: Pick<PreparedRun, 'named'>, inputs: readonly OpenInput[], { deadLetters }: Results): void {
  inputs.forEach(({ stream, decoder }, at) => {
    const { records, bad } = decoder.stats()
    if (records === 0 || bad < records) return
    const reason = deadLetters.first.find((first) => first.stream === stream)?.reason
    throw new MillraceError('CLI_INPUT_NOTHING_FITS', { records, file: named[at]?.file, stream, reason })
  })
}

function writeSummary(summary: Summary, file: string): void {
  const writer = openFdWriter(file)
  writer.write(Buffer.from(`${JSON.stringify(summary, null, 2)}\n`))
  writer.close()
}
