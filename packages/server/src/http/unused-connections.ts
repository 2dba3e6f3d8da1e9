import type { Socket } from 'node:net'
import type { Http } from './http.ts'

/**
 * Closes, at the end of the server, connections that no request came over: Node takes them for requests under way. Browsers and
 * pools of clients open them ahead; over TLS some are within their handshake.
 */
export function closeUnused(http: Http): void {
  // By where they come from: a request over TLS names another socket than its connection.
  const unused = new Map<string, Socket>()
  http.server.on('connection', (socket: Socket) => {
    const from = endOf(socket)
    unused.set(from, socket)
    socket.once('close', () => {
      if (unused.get(from) === socket) unused.delete(from)
    })
  })
  http.server.on('request', ({ socket }: { readonly socket: Socket }) => unused.delete(endOf(socket)))
  http.addHook('preClose', async () => {
    for (const socket of unused.values()) socket.destroy()
  })
}

/** The other end of a connection: no two that are open have the same. */
function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
