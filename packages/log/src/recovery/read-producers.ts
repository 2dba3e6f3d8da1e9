import { join } from 'node:path'
import type { LogEvent } from '../events.ts'
import { readWhole } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import type { LogState } from '../state/log-state.ts'
import { restoreProducers } from '../state/producers-checkpoint.ts'

/** Brings the producers up to their checkpoint. Where it is lost, repetitions of what is not in journals any more are not known as such. */
export async function readProducers(files: Files, directory: string, state: LogState, report: (event: LogEvent) => void): Promise<void> {
  if (state.producersFile === null) return
  const file = join(directory, state.producersFile)
  const bytes = await readWhole(files, file)
  const restored = bytes === null ? null : restoreProducers(state, bytes)
  if (restored?.whole) return
  const what =
    restored === null
      ? 'the checkpoint of producers: older appends that come again are not known'
      : 'one copy of the checkpoint of producers; the other is whole'
  report({ kind: 'damage', file, offset: 0, bytes: bytes?.length ?? 0, rows: 0, what })
}
