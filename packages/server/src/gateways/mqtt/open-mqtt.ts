import { randomUUID } from 'node:crypto'
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { MillraceError } from '@millrace/plan'
import { Aedes, type AuthenticateError, type Client, type ConnectPacket, type PublishPacket } from 'aedes'
import { GuardedSocket } from './guarded-socket.ts'
import { type Login, Publishing, type PublishingOptions } from './publishing.ts'

export interface MqttOptions extends PublishingOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly tls: { readonly key: Buffer; readonly cert: Buffer } | null
  /** A connection was ended, and why. */
  readonly report: (reason: string) => void
  /** Largest packet. Default 1 MiB. */
  readonly packetBytes?: number
  /** Of a connection's messages that wait to be durable; beyond it the connection is not read. Default 256 KiB. */
  readonly waitingBytes?: number
  /** Default 10,000. */
  readonly connections?: number
}

export interface MqttGateway {
  readonly port: number
  /** Ends all connections; messages that were not acknowledged may or may not be kept. */
  close(): Promise<void>
}

const connectTimeoutMs = 10_000
const badLogin = 4

/**
 * MQTT 3.1.1, QoS 0 and 1: the user name is the tenant, the password a key, the topic `streams/<stream>` or
 * `streams/<stream>/<device>`. PUBACK comes once the message's records are durable: at least once, as a device that heard none sends
 * again. What may not be sent (topic, key, QoS 2) or cannot be kept ends the connection: 3.1.1 has no other way to say so.
 * Sessions and retained messages are not kept, subscriptions are refused. Errors: SERVER_LISTEN.
 */
export async function openMqtt(options: MqttOptions): Promise<MqttGateway> {
  const { packetBytes = 1 << 20, waitingBytes = 256 << 10, connections = 10_000, report } = options
  const broker = await openBroker(new Publishing(options))
  const take = (socket: Socket): void => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    broker.handle(new GuardedSocket(socket, packetBytes, waitingBytes))
  }
  broker.on('clientError', (client, error) => report(`${client.id}: ${error.message}`))
  broker.on('connectionError', (_client, error) => report(error.message))
  const server: Server = options.tls === null ? createPlainServer(take) : createTlsServer({ ...options.tls, minVersion: 'TLSv1.2' }, take)
  server.maxConnections = connections
  server.on('tlsClientError', (error: Error) => report(error.message))
  await listen(server, options)
  return { port: (server.address() as AddressInfo).port, close: () => close(server, broker) }
}

function openBroker(publishing: Publishing): Promise<Aedes> {
  const logins = new WeakMap<Client, Login>()
  return Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    drainTimeout: 10_000,
    maxClientsIdLength: 1000,
    preConnect: (_client, packet, done) => {
      ownSession(packet)
      done(null, true)
    },
    authenticate: (client, username = '', password, done) => {
      const login = { tenant: username, secret: password?.toString() ?? '' }
      if (publishing.caller(login) === null) return done(refusal(), false)
      logins.set(client, login)
      done(null, true)
    },
    authorizePublish: (client, packet, done) => {
      const login = client === null ? undefined : logins.get(client)
      if (client === null || login === undefined) return done(new MillraceError('KEY_REQUIRED'))
      void publish(publishing, client, login, packet).then(() => done(), done)
    },
    authorizeSubscribe: (_client, _subscription, done) => done(null, null),
  })
}

/** Nothing of a connection outlives it, and a client id means nothing to other tenants. */
function ownSession(packet: ConnectPacket): void {
  packet.clean = true
  packet.clientId = `${packet.username ?? ''}/${packet.clientId || randomUUID()}`
}

/** The broker acknowledges, and hands on, only what is durable. */
async function publish(publishing: Publishing, client: Client, login: Login, packet: PublishPacket): Promise<void> {
  const { topic, payload, qos } = packet
  if (qos > 1) throw new Error('QoS 2 is not supported')
  packet.retain = false
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  const release = client.conn instanceof GuardedSocket ? client.conn.hold(bytes.length) : () => {}
  try {
    await publishing.publish(login, topic, bytes)
  } finally {
    release()
  }
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('bad user name or password'), { returnCode: badLogin })
}

async function listen(server: Server, { host, port }: MqttOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new MillraceError('SERVER_LISTEN', { address: `${host}:${port}`, reason: cause.message }, { cause })))
    server.listen(port, host, resolve)
  })
  server.removeAllListeners('error')
}

async function close(server: Server, broker: Aedes): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await new Promise<void>((resolve) => broker.close(() => resolve()))
  await closed
}
