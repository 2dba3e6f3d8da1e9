import type { Socket } from 'node:net'
import { MillraceError } from '@millrace/plan'
import { problemOf, statusOf } from './problem.ts'

const codes = { HPE_HEADER_OVERFLOW: 'REQUEST_HEADERS_TOO_LARGE', ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_SLOW' } as const

/** Answers what is no HTTP, and closes the connection: nobody knows where the next request begins. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const code = codes[error.code as keyof typeof codes]
  const known = code === undefined ? new MillraceError('REQUEST_UNREADABLE', { reason: 'it is not HTTP/1.1' }) : new MillraceError(code)
  const body = JSON.stringify(problemOf(known))
  const head = `HTTP/1.1 ${statusOf(known.code)} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
  socket.end(head + body)
}
