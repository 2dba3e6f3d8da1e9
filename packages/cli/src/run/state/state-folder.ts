import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../../failure.ts'

export interface StateFolder {
  readonly log: string
  readonly jobs: string
}

/** The parts of a folder of state. Throws where the folder holds something else: that would be mixed up with it. */
export function stateFolder(directory: string): StateFolder {
  const folder = { log: join(directory, 'log'), jobs: join(directory, 'jobs') }
  const names = namesIn(directory)
  const isNew = names.length === 0 || (names.length === 1 && names[0] === 'log' && namesIn(folder.log).length === 0)
  // The lock is the first file of a log.
  if (!isNew && !namesIn(folder.log).includes('lock')) throw new MillraceError('CLI_STATE_FOREIGN', { directory, found: names.slice(0, 3).join(', ') })
  return folder
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new MillraceError('CLI_STATE_UNREADABLE', { directory, reason: reasonOf(failure) }, { cause: failure })
  }
}
