import { randomUUID } from 'node:crypto'
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { Aedes, type AuthenticateError, type Client, type ConnectPacket, type PublishPacket } from 'aedes'
import type { Access } from '../../access/caller.ts'
import type { Refusal } from '../../control/refusals.ts'
import type { Intake } from '../../intake/intake.ts'
import type { GatewayFigures } from '../../metrics/gateway-metrics.ts'
import type { StreamRegistry } from '../../streams/stream-registry.ts'
import { ConnectionEnded } from '../connection-ended.ts'
import { closing, handshakeTimeout, listen } from '../listen.ts'
import { OpenConnections } from '../open-connections.ts'
import { GuardedSocket } from './guarded-socket.ts'
import { type Login, Logins } from './logins.ts'
import { Publishing } from './publishing.ts'
import { Subscribing } from './subscribing.ts'
import type { TenantTopics } from './tenant-topics.ts'

export interface MqttOptions {
  readonly access: Access
  readonly streams: StreamRegistry
  readonly intake: Intake
  readonly log: Log
  readonly topics: TenantTopics
  readonly figures: GatewayFigures
  /** Calls with the id of each key that is refused from now on; answers how to stop that. */
  readonly onKeyEnded?: (ended: (keyId: string) => void) => () => void
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly tls: { readonly key: Buffer; readonly cert: Buffer } | null
  /** A connection was ended, and why. */
  readonly report: (reason: string) => void
  /** Somebody may not connect, publish or subscribe. */
  readonly refused: (refusal: Refusal) => void
  /** Largest packet. Default 1 MiB. */
  readonly packetBytes?: number
  /** Of a connection's messages that wait to be durable; beyond it the connection is not read. Default 256 KiB. */
  readonly waitingBytes?: number
  /** Default 10,000. */
  readonly connections?: number
  /** Of one tenant. Default 5,000. */
  readonly tenantConnections?: number
  /** Until a connection has said who it is. Default 10 s. */
  readonly connectMs?: number
  /** A subscriber that takes nothing for so long is disconnected. Default 60 s. */
  readonly stalledMs?: number
}

export interface MqttGateway {
  readonly port: number
  /** Ends all connections; messages that were not acknowledged may or may not be kept. */
  close(): Promise<void>
}

/** Return codes of CONNACK (3.2.2.3). */
const unavailable = 3
const badLogin = 4

/** What the broker is asked to subscribe to in place of what was asked for: nothing is ever published there. */
const nowhere = 'nowhere'

/**
 * MQTT 3.1.1, QoS 0 and 1: the user name is the tenant, the password a key, the topic `streams/<stream>` or
 * `streams/<stream>/<device>`. PUBACK comes once the message's records are durable: at least once, as a device that heard none sends
 * again. What may not be sent (topic, key, QoS 2) or cannot be kept ends the connection: 3.1.1 has no other way to say so.
 * Subscribers get what comes from then on (`TenantTopics`). Sessions and retained messages are not kept. Errors: SERVER_LISTEN.
 */
export async function openMqtt(options: MqttOptions): Promise<MqttGateway> {
  const { packetBytes = 1 << 20, waitingBytes = 256 << 10, connections = 10_000, report, figures } = options
  const open = new OpenConnections(options.tenantConnections ?? 5000)
  const stopListening = options.onKeyEnded?.((keyId) => open.endKey(keyId))
  const broker = await openBroker(options, open)
  const take = (socket: Socket): void => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    figures.opened()
    socket.once('close', () => figures.closed())
    broker.handle(new GuardedSocket(socket, packetBytes, waitingBytes))
  }
  broker.on('clientError', (client, error) => {
    figures.ended(error instanceof ConnectionEnded ? error.reason : 'error')
    report(`${client.id}: ${error.message}`)
  })
  broker.on('connectionError', (_client, error) => report(error.message))
  const server: Server = options.tls === null ? createPlainServer(take) : createTlsServer({ ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout }, take)
  server.maxConnections = connections
  server.on('tlsClientError', (error: Error) => report(error.message))
  const closeServer = closing(server)
  await listen(server, options.host, options.port)
  const port = (server.address() as AddressInfo).port
  return { port, close: () => close(broker, closeServer).finally(stopListening) }
}

async function openBroker(options: MqttOptions, open: OpenConnections): Promise<Aedes> {
  const { access, refused, stalledMs = 60_000 } = options
  const known = new WeakMap<Client, Login>()
  const logins = new Logins(access)
  const publishing = new Publishing({ ...options, logins })
  const subscribing = new Subscribing({ ...options, logins, stalledMs })
  const tell = (client: Client, login: Login, action: string, target: string, code?: string): void => {
    const { caller, result } = logins.refusal(login)
    // Of those whose key is good the code says why.
    refused({ ...login, caller, address: addressOf(client), action, target, result: code === undefined || code === 'KEY_REQUIRED' ? result : code })
  }
  const broker = await Aedes.createBroker({
    connectTimeout: options.connectMs ?? 10_000,
    drainTimeout: 10_000,
    maxClientsIdLength: 1000,
    preConnect: (_client, packet, done) => {
      ownSession(packet)
      done(null, true)
    },
    authenticate: (client, username = '', password, done) => {
      const login = { tenant: username, secret: password?.toString() ?? '' }
      const caller = logins.caller(login, ['ingest', 'read'])
      const refuse = (returnCode: number, message: string, code?: string): void => {
        tell(client, login, 'connectMqtt', `tenants/${username}`, code)
        done(refusal(returnCode, message), false)
      }
      if (caller === null) return refuse(badLogin, 'bad user name or password')
      if (open.isFull(login.tenant)) return refuse(unavailable, 'the tenant has too many connections', 'TENANT_QUOTA')
      known.set(client, login)
      const { conn } = client
      conn.once(
        'close',
        open.add(login.tenant, caller.keyId, () => conn.destroy(new ConnectionEnded('key', 'its key was revoked'))),
      )
      done(null, true)
    },
    authorizePublish: (client, packet, done) => {
      const login = client === null ? undefined : known.get(client)
      if (client === null || login === undefined) return done(new MillraceError('KEY_REQUIRED'))
      const failed = (error: unknown): void => {
        if (isRefusal(error)) tell(client, login, 'publishMqtt', packet.topic, error.code)
        done(error as Error)
      }
      void publish(publishing, client, login, packet).then(() => done(), failed)
    },
    authorizeSubscribe: (client, subscription, done) => {
      const login = known.get(client)
      if (login === undefined) return done(null, null)
      try {
        subscribing.check(client, login, subscription.topic)
      } catch (error) {
        if (isRefusal(error)) tell(client, login, 'subscribeMqtt', subscription.topic, error.code)
        return done(null, null)
      }
      done(null, { ...subscription, topic: nowhere })
    },
    authorizeForward: () => null,
  })
  broker.on('subscribe', (subscriptions, client) => subscribing.subscribed(client, subscriptions))
  broker.on('unsubscribe', (filters, client) => subscribing.unsubscribed(client, filters))
  broker.on('clientDisconnect', (client) => subscribing.closed(client))
  return broker
}

/** What the audit is told of: somebody may not, rather than something being wrong with a message. */
const refusals: ReadonlySet<string> = new Set(['KEY_REQUIRED', 'STREAM_UNKNOWN', 'TOPIC_UNKNOWN', 'FOLLOWERS_TOO_MANY'])

function isRefusal(error: unknown): error is MillraceError {
  return error instanceof MillraceError && refusals.has(error.code)
}

function addressOf({ conn }: Client): string | null {
  return conn instanceof GuardedSocket ? conn.address : null
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

function refusal(returnCode: number, message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode })
}

async function close(broker: Aedes, closeServer: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => broker.close(() => resolve()))
  await closeServer()
}
