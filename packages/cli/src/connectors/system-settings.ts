import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { NewSink, NewSource } from '@millrace/api'
import { sinkSystems, sourceSystems } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../failure.ts'
import { hint } from '../nearest.ts'
import { readSecret } from '../profiles/read-secret.ts'
import { jsonFault } from './json-fault.ts'

type Settings = Readonly<Record<string, unknown>>

export interface SettingsFlags {
  readonly passwordFile?: string
}

/** As `settingsIn`, of a source. */
export async function sourceSettings(file: string, flags: SettingsFlags): Promise<Omit<NewSource, 'stream'>> {
  return (await settingsIn(file, flags, sourceSystems)) as Omit<NewSource, 'stream'>
}

/** As `settingsIn`, of a sink. */
export async function sinkSettings(file: string, flags: SettingsFlags): Promise<Omit<NewSink, 'of' | 'from'>> {
  return (await settingsIn(file, flags, sinkSystems)) as Omit<NewSink, 'of' | 'from'>
}

/**
 * The system that a file names with its settings, `-` standard input, and the password of a file of its own. Whether the settings are
 * right is for the server to say. Errors: CLI_INPUT_STDIN, CLI_INPUT_UNREADABLE, CLI_SETTINGS_JSON, CLI_SETTINGS_SYSTEM.
 */
async function settingsIn(file: string, { passwordFile }: SettingsFlags, systems: readonly string[]): Promise<Settings> {
  if (file === '-' && passwordFile === '-') throw new MillraceError('CLI_INPUT_STDIN')
  const shown = file === '-' ? 'standard input' : file
  const [system, settings] = systemIn(parsed(await contentOf(file), shown), shown, systems)
  return { [system]: passwordFile === undefined ? settings : withPassword(system, settings, await passwordIn(passwordFile)) }
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8')
  } catch (cause) {
    throw new MillraceError('CLI_INPUT_UNREADABLE', { file, reason: reasonOf(cause) }, { cause })
  }
}

function parsed(content: string, file: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // The cause would show a part of the text, which may be a password.
    throw new MillraceError('CLI_SETTINGS_JSON', { file, place: jsonFault(content) })
  }
}

function systemIn(found: unknown, file: string, systems: readonly string[]): readonly [system: string, settings: Settings] {
  const named = isObject(found) ? Object.entries(found) : []
  const [[name, settings] = ['', null]] = named
  if (named.length === 1 && systems.includes(name) && isObject(settings)) return [name, settings]
  const told = named.map(([word]) => word).join(', ') || 'nothing'
  throw new MillraceError('CLI_SETTINGS_SYSTEM', { file, found: told, systems: systems.join(', '), hint: hint(name, systems) })
}

/** The last line end is the editor's. */
async function passwordIn(file: string): Promise<string> {
  return file === '-' ? await readSecret('Password: ') : (await contentOf(file)).replace(/\r?\n$/, '')
}

/** Kafka's stands among what it logs in with. */
function withPassword(system: string, settings: Settings, password: string): Settings {
  if (system !== 'kafka') return { ...settings, password }
  const { sasl } = settings
  return { ...settings, sasl: { ...(isObject(sasl) ? sasl : {}), password } }
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
