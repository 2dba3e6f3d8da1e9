import { createHash } from 'node:crypto'
import { MillraceError } from '@millrace/plan'
import type { FastifyRequest } from 'fastify'

/** Names a state: what is written differently has another (RFC 9110, 8.8.3). */
export function etagOf(state: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22)}"`
}

/** Throws CHANGED_MEANWHILE where the header If-Match names another state than there is; `etag` null: there is none. */
export function checkIfMatch({ headers }: FastifyRequest, etag: string | null, what: string): void {
  const wanted = headers['if-match']
  if (wanted === undefined || wanted === etag || (wanted === '*' && etag !== null)) return
  throw new MillraceError('CHANGED_MEANWHILE', { what })
}
