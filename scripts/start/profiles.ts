import { profilePath, readProfiles, writeProfiles } from '@millrace/cli'
import type { Started } from './platform.ts'

/** Lets `millrace` in another terminal ask this platform: profiles `bts`, `air` and `operator`. */
export function keepStartProfiles({ platform, tenants, operatorKey }: Started, environment: Readonly<Record<string, string | undefined>>): void {
  const url = platform.address
  const own = Object.fromEntries([...tenants.map(({ name, adminKey }) => [name, { url, key: adminKey }]), ['operator', { url, key: operatorKey }]])
  const path = profilePath(environment)
  const { current, profiles } = readProfiles(path)
  // Whoever works with another server goes on doing so.
  const isOwn = current === null || Object.hasOwn(own, current)
  writeProfiles(path, { current: isOwn ? (tenants[0]?.name ?? null) : current, profiles: { ...profiles, ...own } })
}
