import type { Socket } from 'node:net'
import type { Http } from './http.ts'

/**
 * Closes, at the end of the server, connections that no request came over: Node takes them for requests under way. Browsers and
 * pools of clients open them ahead.
 */
export function closeUnused(http: Http, isTls: boolean): void {
  const unused = new Set<Socket>()
  http.server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  http.server.on('request', ({ socket }: { readonly socket: Socket }) => unused.delete(socket))
  http.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy()
  })
}
