import type { FastifyRequest } from 'fastify'

/** What is left of a shorter body is read and thrown away: less work for both than a new connection. */
const mostSkippedBytes = 1 << 20

/** Whether the connection of a request that was refused has to end, as what is left of its body is not read. */
export function leavesBodyUnread({ raw, caller }: FastifyRequest): boolean {
  // Who began to read it gave it up.
  if (raw.destroyed) return true
  // Of strangers nothing is waited for.
  return !raw.complete && (caller === null || !(Number(raw.headers['content-length']) <= mostSkippedBytes))
}
