import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { AllowedAddresses } from '@millrace/connectors'
import { MillraceError } from '@millrace/plan'

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly string[]>

export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address)

/** A URL that may be called, and the very addresses that are connected to, one or more: its name is not asked for again. */
export interface Target {
  readonly url: URL
  readonly addresses: readonly string[]
}

/** Errors: OUTGOING_URL. What can be said of an address without a look at the network, for when it is entered. */
export function checkUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new MillraceError('OUTGOING_URL', { url: text, reason: 'it is no URL' })
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new MillraceError('OUTGOING_URL', { url: text, reason: `it begins with ${url.protocol}` })
  if (url.username !== '' || url.password !== '') throw new MillraceError('OUTGOING_URL', { url: url.host, reason: 'it holds a user or a password' })
  return url
}

/**
 * Resolves once and checks every address: one that is not allowed refuses the host. Errors: OUTGOING_URL, OUTGOING_UNRESOLVED,
 * OUTGOING_REFUSED.
 */
export async function targetOf(text: string, allowed: AllowedAddresses, resolve: Resolve): Promise<Target> {
  const url = checkUrl(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) === 0 ? await addressesOf(host, resolve) : [host]
  const wrong = addresses.find((address) => !allowed.has(address))
  if (wrong !== undefined) throw new MillraceError('OUTGOING_REFUSED', { host, address: wrong })
  return { url, addresses }
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new MillraceError('OUTGOING_UNRESOLVED', { host, reason: (cause as NodeJS.ErrnoException).code ?? String(cause) }, { cause })
  })
  if (addresses.length === 0) throw new MillraceError('OUTGOING_UNRESOLVED', { host, reason: 'it stands in no DNS' })
  return addresses
}
