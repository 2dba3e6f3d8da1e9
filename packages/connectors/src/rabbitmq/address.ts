import type { RabbitmqSink, RabbitmqSource } from '@millrace/api/schemas'
import { credentials, type Options, type SocketOptions } from 'amqplib'
import { socketHost } from '../stores/host.ts'
import { tlsOptions } from '../tls.ts'

export type Reached = Pick<RabbitmqSource & RabbitmqSink, 'host' | 'port' | 'vhost' | 'user' | 'password' | 'tls'>

/** Of a connection, in the library's terms. */
export function connectOptions(settings: Reached, heartbeat: number): Options.Connect {
  return { protocol: settings.tls ? 'amqps' : 'amqp', hostname: socketHost(settings.host), port: portOf(settings), vhost: vhostOf(settings), heartbeat }
}

/** `signal` ends the socket. */
export function socketOptions(settings: Reached, signal: AbortSignal): SocketOptions & { readonly signal: AbortSignal } {
  const { host, tls } = settings
  const options = { credentials: loginOf(settings), noDelay: true, signal }
  return tls ? { ...tlsOptions(tls, socketHost(host)), servername: tls.serverName, ...options } : options
}

/** As people say where it is. */
export function placeOf(settings: Reached): string {
  return `${settings.host}:${portOf(settings)}`
}

export function vhostOf({ vhost }: Reached): string {
  return vhost === undefined || vhost === '' ? '/' : vhost
}

function portOf({ port, tls }: Reached): number {
  return port ?? (tls ? 5671 : 5672)
}

/** Who has a certificate and no name is whom the certificate says. */
function loginOf({ user, password, tls }: Reached): NonNullable<SocketOptions['credentials']> {
  if (user === undefined && tls?.certificate !== undefined) return credentials.external()
  return credentials.plain(user ?? 'guest', password ?? (user === undefined ? 'guest' : ''))
}
