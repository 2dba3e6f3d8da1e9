import { MillraceError } from '@millrace/plan'
import type { Http } from './http.ts'
import { readOnly } from './read-only.ts'

/** Of all keys together, and of one: bodies are held whole until they are read. */
const mostBytes = 256 << 20
const mostBytesOfKey = 64 << 20

/** Bodies that are held at once have a limit, so that nobody fills the memory with requests that never end. Bodies of records are not held. */
export function limitBodies(http: Http, requestBytes: number): void {
  const held = new Map<string, number>()
  let all = 0
  const add = (key: string, bytes: number): void => {
    all += bytes
    const now = (held.get(key) ?? 0) + bytes
    if (now === 0) held.delete(key)
    else held.set(key, now)
  }
  http.addHook('onRequest', async ({ raw, method, headers, caller, routeOptions }) => {
    if (caller === null || readOnly.has(method) || routeOptions.config.limited === false) return
    // Of one that does not say how long it is, all that it may be.
    const bytes = Math.min(requestBytes, Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : requestBytes)))
    if (bytes === 0) return
    const isMuch = all + bytes > Math.max(mostBytes, requestBytes) || (held.get(caller.keyId) ?? 0) + bytes > Math.max(mostBytesOfKey, requestBytes)
    if (isMuch) throw new MillraceError('REQUESTS_AT_ONCE', { retryAfterSeconds: 1 })
    add(caller.keyId, bytes)
    raw.once('close', () => add(caller.keyId, -bytes))
  })
}
