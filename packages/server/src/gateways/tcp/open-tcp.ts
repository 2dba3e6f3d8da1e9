import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { closing, handshakeTimeout, listen } from '../listen.ts'
import { LineGateway, type LineGatewayOptions } from './line-gateway.ts'

export interface TcpOptions extends LineGatewayOptions {
  /** Calls with the id of each key that is refused from now on; answers how to stop that. */
  readonly onKeyEnded?: (ended: (keyId: string) => void) => () => void
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly tls: { readonly key: Buffer; readonly cert: Buffer } | null
  /** Of all tenants. Default 10,000. */
  readonly connections?: number
}

export interface TcpGateway {
  readonly port: number
  /** Ends all connections; lines that were not acknowledged may or may not be kept. */
  close(): Promise<void>
}

/** Bytes of a connection that gather while others are made durable. */
const gatherBytes = 128 << 10

/** Lines of records over TCP (docs/records-in.md). Errors: SERVER_LISTEN. */
export async function openTcp(options: TcpOptions): Promise<TcpGateway> {
  const { connections = 10_000, figures, report } = options
  const gateway = new LineGateway(options)
  const take = (socket: Socket): void => {
    figures.opened()
    socket.once('close', () => figures.closed())
    void gateway.serve(socket)
  }
  const how = { allowHalfOpen: true, highWaterMark: gatherBytes, noDelay: true, keepAlive: true }
  const server: Server =
    options.tls === null ? createPlainServer(how, take) : createTlsServer({ ...how, ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout }, take)
  server.maxConnections = connections
  server.on('tlsClientError', (error: Error) => report(error.message))
  const closeServer = closing(server)
  await listen(server, options.host, options.port)
  const stopListening = options.onKeyEnded?.((keyId) => gateway.open.endKey(keyId))
  return { port: (server.address() as AddressInfo).port, close: () => closeServer().finally(stopListening) }
}
