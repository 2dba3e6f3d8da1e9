import type { ClientOptions } from '@millrace/api'
import { MillraceError } from '@millrace/plan'
import { hint } from '../nearest.ts'
import { type Profile, type Profiles, profilePath, readProfiles } from './profile-file.ts'

export interface TargetFlags {
  readonly profile?: string
  readonly tenant?: string
}

/**
 * Whom to ask and with which key: the profile of the flag, else MILLRACE_URL and MILLRACE_KEY, else the profile of MILLRACE_PROFILE,
 * else the current one. Errors: CLI_NOT_LOGGED_IN, CLI_TARGET_HALF, CLI_PROFILE_UNKNOWN, CLI_PROFILES_UNREADABLE.
 */
export function targetOf({ profile, tenant }: TargetFlags, environment: Readonly<Record<string, string | undefined>>): ClientOptions & Profile {
  const { MILLRACE_URL: url, MILLRACE_KEY: key, MILLRACE_PROFILE, MILLRACE_TENANT } = environment
  const own = profile === undefined ? ownOf(url, key) : null
  const found = own ?? profileOf(profile ?? MILLRACE_PROFILE, readProfiles(profilePath(environment)))
  return { ...found, tenant: tenant ?? MILLRACE_TENANT ?? found.tenant }
}

/** Errors: CLI_TARGET_HALF: who sets one of them does not mean the server, or the key, of a profile. */
function ownOf(url: string | undefined, key: string | undefined): Profile | null {
  if (url !== undefined && key !== undefined) return { url, key }
  if (url === undefined && key === undefined) return null
  const [given, missing] = url === undefined ? ['MILLRACE_KEY', 'MILLRACE_URL'] : ['MILLRACE_URL', 'MILLRACE_KEY']
  throw new MillraceError('CLI_TARGET_HALF', { given, missing })
}

function profileOf(name: string | undefined, { current, profiles }: Profiles): Profile {
  const names = Object.keys(profiles)
  const wanted = name ?? current
  if (wanted === null) throw new MillraceError('CLI_NOT_LOGGED_IN')
  const found = profiles[wanted]
  if (found !== undefined) return found
  throw new MillraceError('CLI_PROFILE_UNKNOWN', { profile: wanted, profiles: names.join(', ') || 'none', hint: hint(wanted, names) })
}
