import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../failure.ts'

/** A server and who asks it. */
export interface Profile {
  readonly url: string
  readonly key: string
  /** Whose things an operator's key asks for. */
  readonly tenant?: string
}

export interface Profiles {
  /** Taken where none is named; null: none was used yet. */
  readonly current: string | null
  readonly profiles: Readonly<Record<string, Profile>>
}

type Environment = Readonly<Record<string, string | undefined>>

/** `~/.config/millrace/profiles.json`, or where XDG_CONFIG_HOME says. */
export function profilePath({ XDG_CONFIG_HOME: config }: Environment): string {
  return join(config === undefined || config === '' ? join(homedir(), '.config') : config, 'millrace', 'profiles.json')
}

/** Errors: CLI_PROFILES_UNREADABLE. */
export function readProfiles(path: string): Profiles {
  try {
    const { current, profiles } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Profiles>
    return { current: current ?? null, profiles: profiles ?? {} }
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, profiles: {} }
    throw new MillraceError('CLI_PROFILES_UNREADABLE', { file: path, reason: reasonOf(failure) }, { cause: failure })
  }
}

/** Readable by its owner only; there whole or as before. Errors: CLI_OUTPUT_FAILED. */
export function writeProfiles(path: string, profiles: Profiles): void {
  const beside = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(beside, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 })
    renameSync(beside, path)
  } catch (failure) {
    throw new MillraceError('CLI_OUTPUT_FAILED', { file: path, reason: reasonOf(failure), remedy: 'Check the folder and its permissions.' }, { cause: failure })
  }
}
