import { MillraceError } from '@millrace/plan'
import type { ExitCode } from '../exit-codes.ts'
import { loadValidPlan } from '../load-valid-plan.ts'
import type { Terminal } from '../terminal.ts'
import { type ByteInput, openByteInput } from './byte-input.ts'
import { namedInputs } from './inputs.ts'
import { onInterrupt } from './interrupt.ts'
import { paramValues } from './params.ts'
import type { RunFlags } from './run-flags.ts'

/** Runs an app over its inputs (semantics T8), writes results and summary; gives the exit code. */
export async function runApp(file: string, flags: RunFlags, terminal: Terminal): Promise<ExitCode> {
  refuseWithoutState(flags)
  const plan = await loadValidPlan(file)
  const named = namedInputs(plan, flags.input ?? [])
  const params = paramValues(plan, flags.param ?? [])
  const opened: ByteInput[] = []
  const interrupt = onInterrupt()
  try {
    // Inputs first: where one cannot be read, results of an earlier run stay as they are.
    for (const input of named) opened.push(await openByteInput(input.file))
    const prepared = { plan, params, named, opened, flags, terminal, interrupt }
    if (flags.state === undefined) return await (await import('./run-in-memory.ts')).runInMemory(prepared)
    return await (await import('./state/run-with-state.ts')).runWithState(prepared, flags.state)
  } finally {
    interrupt.release()
    for (const bytes of opened) await bytes.close()
  }
}

/** Options that say how a folder is to be used, without one. */
function refuseWithoutState({ state, workers, keepOpen, fresh, upgrade }: RunFlags): void {
  const given = Object.entries({ '--workers': workers, '--keep-open': keepOpen, '--fresh': fresh, '--upgrade': upgrade }).find(
    ([, value]) => value !== undefined,
  )
  if (state === undefined && given !== undefined) throw new MillraceError('CLI_STATE_OPTION', { option: given[0] })
}
