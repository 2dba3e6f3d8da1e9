import type { Server, Socket } from 'node:net'
import { MillraceError } from '@millrace/plan'

/** Of a TLS server: one that does not come to its end is closed. */
export const handshakeTimeout = 10_000

/** Errors: SERVER_LISTEN. */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new MillraceError('SERVER_LISTEN', { address: `${host}:${port}`, reason: cause.message }, { cause })))
    server.listen(port, host, resolve)
  })
  server.removeAllListeners('error')
}

/** All sockets of a server, those that have not said a word or are within a handshake among them. Answers how to end them and the server. */
export function closing(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
}
