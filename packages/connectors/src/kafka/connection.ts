import { isIP } from 'node:net'
import type { KafkaSink, KafkaSource } from '@millrace/api/schemas'
import { Connection, type ConnectionOptions } from '@platformatic/kafka'
import { tlsOptions } from '../tls.ts'

export type Reached = Pick<KafkaSource | KafkaSink, 'brokers' | 'topic' | 'sasl' | 'tls'>

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Limits {
  /** Until a connection is logged in. */
  readonly connectMs: number
  /** Until a request is answered. */
  readonly answerMs: number
}

export const defaultLimits: Limits = { connectMs: 10_000, answerMs: 30_000 }

/** `host:port`, or `[IPv6]:port`. */
export function addressOf(broker: string): Address {
  const colon = broker.lastIndexOf(':')
  return { host: broker.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(broker.slice(colon + 1)) }
}

/** One that is not connected yet. */
export function newConnection(host: string, settings: Reached, limits: Limits): Connection {
  const connection = new Connection('millrace', optionsOf(host, settings, limits))
  // Whoever waits hears of it by the callback: an event without a listener would end the thread.
  connection.on('error', () => undefined)
  return connection
}

/** Resolves when it is logged in. Throws what the library throws. */
export async function connect(connection: Connection, { host, port }: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    try {
      connection.connect(host, port, (error) => (error ? reject(error) : resolve()))
    } catch (error) {
      reject(error)
      // Ends the timer that it began.
      connection.emit('close')
    }
  })
}

/** Calls that wait for an answer fail. */
export async function disconnect(connection: Connection): Promise<void> {
  const closed = new Promise<void>((resolve) => connection.close(() => resolve()))
  connection.socket?.destroy()
  await closed
}

function optionsOf(host: string, { sasl, tls }: Reached, { connectMs, answerMs }: Limits): ConnectionOptions {
  return {
    connectTimeout: connectMs,
    requestTimeout: answerMs,
    ...(tls && { tls: tlsOptions(tls, host), tlsServerName: tls.serverName ?? (isIP(host) ? false : host) }),
    ...(sasl && { sasl: { mechanism: mechanisms[sasl.mechanism], username: sasl.user, password: sasl.password } }),
  }
}

const mechanisms = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const
