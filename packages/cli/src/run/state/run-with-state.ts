import { LocalLog } from '@millrace/testing'
import type { ExitCode } from '../../exit-codes.ts'
import type { ByteInput } from '../byte-input.ts'
import { drive, type OpenInput } from '../drive.ts'
import { progressOf } from '../open-input.ts'
import { wallClock } from '../pace.ts'
import { conclude, keepingResults, openInputs, openResults, type PreparedRun, refuseWhatNeverFits, tellingHow } from '../prepared-run.ts'
import { Progress } from '../progress.ts'
import type { Results } from '../results.ts'
import { timeColumns } from '../time-columns.ts'
import { StateRun } from './state-run.ts'

const showEveryMs = 200

/** A run that is kept in a folder: whatever ends it, the same command goes on where it was. */
export async function runWithState(prepared: PreparedRun, state: string): Promise<ExitCode> {
  const startedMs = wallClock.nowMs()
  const progress = new Progress(prepared.terminal, startedMs)
  const run = await openState(prepared, state, progress)
  try {
    const results = openResults(prepared)
    return await keepingResults(results, () => toTheEnd(prepared, run, results, progress, startedMs))
  } catch (failure) {
    progress.clear()
    await run.abandon()
    throw failure
  }
}

function openState({ plan, params, named, opened, flags, terminal }: PreparedRun, state: string, progress: Progress): Promise<StateRun> {
  const { workers = 1, keepOpen = false, fresh = false, upgrade = false, tenant } = flags
  const inputs = named.map(({ stream, file }, at) => ({ stream, file, live: (opened[at] as ByteInput).live }))
  const tell = (line: string): void => {
    progress.clear()
    terminal.err(`${line}\n`)
  }
  return StateRun.open({ plan, params, tenant, flags: { state, workers, keepOpen, fresh, upgrade }, inputs, tell })
}

async function toTheEnd(prepared: PreparedRun, run: StateRun, results: Results, progress: Progress, startedMs: number): Promise<ExitCode> {
  const { flags } = prepared
  run.tellTo(results)
  const inputs = openInputs(prepared, (input, stream) => (letters) => {
    results.deadLetters.note(letters)
    run.feed.takeLetters(input, stream, letters)
  })
  const log = new LocalLog(run.feed, timeColumns(prepared.plan), run.begin)
  const live = inputs.some(({ bytes }) => bytes.live)
  if (live) results.flush(true)
  const ended = await feedAll(prepared, run, log, inputs, results, tellingHow(inputs, results, progress, startedMs))
  // The folder is left for the right file.
  if (ended) refuseWhatNeverFits(prepared, inputs, results)
  if (ended && flags.keepOpen !== true) log.end()
  if (ended) await finishUnlessStopped(prepared, run, inputs, progress)
  const stats = await run.stats()
  progress.clear()
  await run.close()
  results.close()
  return conclude(prepared, stats, inputs, results, startedMs)
}

/** Waits for the results of all that was read; how far the job is shows in the line of progress. */
async function finishUnlessStopped({ terminal, interrupt }: PreparedRun, run: StateRun, inputs: readonly OpenInput[], progress: Progress): Promise<void> {
  let waiting = terminal.errIsTerminal
  const show = async (): Promise<void> => {
    while (waiting) {
      const { done, of } = await run.progress()
      if (waiting) progress.update(wallClock.nowMs(), () => ({ readBytes: done, sizeBytes: of, records: progressOf(inputs).records }))
      await wallClock.sleep(showEveryMs)
    }
  }
  show().catch(() => {})
  const finished = run.finish()
  await Promise.race([finished, interrupt.stopped]).finally(() => {
    waiting = false
  })
  if (interrupt.isStopped()) finished.catch(() => {})
}

/** False where the run was stopped. */
async function feedAll(
  prepared: PreparedRun,
  run: StateRun,
  log: LocalLog,
  inputs: readonly OpenInput[],
  results: Results,
  told: (live: boolean) => void,
): Promise<boolean> {
  const { flags, interrupt } = prepared
  return drive(inputs, log, {
    speed: flags.speed,
    clock: wallClock,
    stopped: interrupt.stopped,
    isStopped: () => interrupt.isStopped() || results.closedByReader,
    afterChunk: async (live) => {
      if (live) run.feed.flush()
      await run.room()
      told(live)
    },
  })
}
