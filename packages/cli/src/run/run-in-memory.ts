import { openJob } from '@millrace/engine'
import { LocalLog } from '@millrace/testing'
import type { ExitCode } from '../exit-codes.ts'
import { drive } from './drive.ts'
import { wallClock } from './pace.ts'
import { conclude, keepingResults, openInputs, openResults, type PreparedRun, tellingHow } from './prepared-run.ts'
import { Progress } from './progress.ts'
import { timeColumns } from './time-columns.ts'

/** A run that begins and ends with the process. */
export async function runInMemory(prepared: PreparedRun): Promise<ExitCode> {
  const { plan, params, flags, terminal, interrupt } = prepared
  const results = openResults(prepared)
  const inputs = openInputs(prepared, () => (letters) => results.deadLetters.take(letters))
  const job = openJob(plan, { sink: results, params })
  const startedMs = wallClock.nowMs()
  const progress = new Progress(terminal, startedMs)
  const log = new LocalLog(job, timeColumns(plan))
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
  return conclude(prepared, job.stats(), inputs, results, startedMs)
}
