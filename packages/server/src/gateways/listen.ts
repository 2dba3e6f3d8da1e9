import type { Server } from 'node:net'
import { MillraceError } from '@millrace/plan'

/** Errors: SERVER_LISTEN. */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new MillraceError('SERVER_LISTEN', { address: `${host}:${port}`, reason: cause.message }, { cause })))
    server.listen(port, host, resolve)
  })
  server.removeAllListeners('error')
}
