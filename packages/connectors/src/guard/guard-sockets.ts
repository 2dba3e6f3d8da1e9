import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { isIP, Socket } from 'node:net'
import { MillraceError } from '@millrace/plan'
import type { AllowedAddresses } from './allowed-addresses.ts'

/** What `net.connect` and `tls.connect` hand on. */
interface ConnectOptions {
  readonly host?: string
  readonly path?: string
}

type Connect = (this: Socket, ...args: readonly unknown[]) => Socket
type Answer = (error: Error | null, address?: string | LookupAddress[], family?: number) => void

/**
 * From now on sockets of this thread connect to allowed addresses only, whichever library opens them: a host is resolved once, all of its
 * addresses are checked, and these are connected to. What is not allowed fails as a socket does, with OUTGOING_REFUSED.
 */
export function guardSockets(allowed: AllowedAddresses): void {
  const connect = Socket.prototype.connect as Connect
  const guarded: Connect = function (...args) {
    const [options, done] = optionsOf(args)
    const wrong = refusal(options, allowed)
    if (wrong !== null) return this.destroy(wrong)
    return connect.call(this, { ...options, lookup: checkedLookup(allowed) }, done)
  }
  Socket.prototype.connect = guarded as Socket['connect']
}

/** `connect` is called with options, with a port and a host, or, within Node, with a list of options and a callback. */
function optionsOf(args: readonly unknown[]): readonly [ConnectOptions, unknown] {
  const [first, second, third] = args
  if (Array.isArray(first)) return [first[0] as ConnectOptions, first[1]]
  if (typeof first === 'object' && first !== null) return [first, second]
  const done = typeof second === 'function' ? second : third
  if (typeof first === 'string' && Number.isNaN(Number(first))) return [{ path: first }, done]
  return [{ port: first, ...(typeof second === 'string' && { host: second }) } as ConnectOptions, done]
}

function refusal({ host = 'localhost', path }: ConnectOptions, allowed: AllowedAddresses): Error | null {
  if (path !== undefined && path !== null) return new MillraceError('OUTGOING_REFUSED', { host: path, address: path })
  return isIP(host) === 0 || allowed.has(host) ? null : new MillraceError('OUTGOING_REFUSED', { host, address: host })
}

function checkedLookup(allowed: AllowedAddresses) {
  return (host: string, options: LookupAllOptions, answer: Answer): void => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error)
      const wrong = addresses.find(({ address }) => !allowed.has(address))
      if (wrong !== undefined) return answer(new MillraceError('OUTGOING_REFUSED', { host, address: wrong.address }))
      const [first] = addresses
      if (options.all || first === undefined) answer(null, addresses)
      else answer(null, first.address, first.family)
    })
  }
}
