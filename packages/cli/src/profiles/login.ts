import { MillraceClient, RequestFailed } from '@millrace/api'
import { MillraceError } from '@millrace/plan'
import type { LoginFlags } from '../commands/login.ts'
import { hint } from '../nearest.ts'
import { asCommand } from '../remote/as-command.ts'
import type { Terminal } from '../terminal.ts'
import { profilePath, readProfiles, writeProfiles } from './profile-file.ts'
import { readSecret } from './read-secret.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Keeps the address and the key as a profile, once the server has taken the key. Errors: those of the client. */
export async function login(url: string, { profile = 'default', tenant }: LoginFlags, terminal: Terminal, environment: Environment): Promise<void> {
  const address = addressOf(url)
  const key = environment['MILLRACE_KEY'] ?? (await readSecret('API key: '))
  await checked(new MillraceClient({ url: address, key, tenant, retries: { tries: 1 } }))
  const path = profilePath(environment)
  const { profiles } = readProfiles(path)
  writeProfiles(path, { current: profile, profiles: { ...profiles, [profile]: { url: address, key, ...(tenant === undefined ? {} : { tenant }) } } })
  if (terminal.json) terminal.out(`${JSON.stringify({ profile, url: address, file: path })}\n`)
  else terminal.err(`Logged in to ${address} as the profile ${profile} (${path}).\n`)
}

/** Takes a profile that was kept, from now on. Errors: CLI_PROFILE_UNKNOWN. */
export function useProfile(profile: string, terminal: Terminal, environment: Environment): void {
  const path = profilePath(environment)
  const kept = readProfiles(path)
  const names = Object.keys(kept.profiles)
  if (!names.includes(profile)) throw new MillraceError('CLI_PROFILE_UNKNOWN', { profile, profiles: names.join(', ') || 'none', hint: hint(profile, names) })
  writeProfiles(path, { ...kept, current: profile })
  const url = kept.profiles[profile]?.url
  if (terminal.json) terminal.out(`${JSON.stringify({ profile, url, file: path })}\n`)
  else terminal.err(`Commands ask ${url} as the profile ${profile} from now on.\n`)
}

function addressOf(text: string): string {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new MillraceError('CLI_OPTION_VALUE', { option: 'login', expected: 'the address of a server', text, example: 'http://localhost:8080', hint: '' })
  return url.href.replace(/\/+$/, '')
}

/** A key that may only send records is right, too: it is refused for its scope. */
async function checked(client: MillraceClient): Promise<void> {
  await client.listApps({ limit: 1 }).catch((error: unknown) => {
    if (error instanceof RequestFailed && ['KEY_SCOPE', 'TENANT_MISSING'].includes(error.code)) return
    throw asCommand(error)
  })
}
