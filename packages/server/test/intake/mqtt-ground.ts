import { afterEach, expect } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { type MqttGateway, type MqttOptions, openMqtt } from '../../src/gateways/mqtt/open-mqtt.ts'
import { TenantTopics } from '../../src/gateways/mqtt/tenant-topics.ts'
import { Outlets } from '../../src/live/reading/outlets.ts'
import type { EndReason } from '../../src/metrics/gateway-metrics.ts'
import { Ground } from './ground.ts'
import { MqttClient } from './mqtt-client.ts'

/** Callers by their secrets; a test may take one away. */
export const callers = new Map<string, Caller>()
const key = (secret: string, tenant: string | null, more: Partial<Caller> = {}): void =>
  void callers.set(secret, { keyId: secret, tenant, scopes: new Set(['ingest']), device: null, ...more })

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

export interface MqttGround {
  readonly ground: Ground
  readonly gateway: MqttGateway
  readonly ended: EndReason[]
  client(): MqttClient
  /** The key is refused from now on. */
  endKey(secret: string): void
}

/** A gateway over an intake, with keys of the tenants t and u: `secret` and `other` send, `reader` and `stranger` read. */
export async function open(more: Partial<MqttOptions> = {}): Promise<MqttGround> {
  callers.clear()
  key('secret', 't')
  key('other', 'u')
  key('reader', 't', { scopes: new Set(['read']) })
  key('stranger', 'u', { scopes: new Set(['read']) })
  key('operator', null, { scopes: new Set(['operator']) })
  key('device', 't', { device: 'd1' })
  const ground = await Ground.open()
  const { intake, log, streams } = ground
  const ended: EndReason[] = []
  let keyEnded = (_keyId: string): void => {}
  const gateway = await openMqtt({
    access: { caller: (secret: string) => callers.get(secret) ?? null },
    figures: { opened: () => {}, closed: () => {}, sent: () => {}, ended: (reason) => void ended.push(reason) },
    onKeyEnded: (told) => {
      keyEnded = told
      return () => {}
    },
    ...{ intake, log, streams, topics: topicsOf(ground), host: '127.0.0.1', port: 0, tls: null, report: () => {}, refused: () => {} },
    ...more,
  })
  closers.push(() => gateway.close())
  const endKey = (secret: string): void => {
    callers.delete(secret)
    keyEnded(secret)
  }
  return { ground, gateway, ended, endKey, client: () => new MqttClient(gateway.port) }
}

function topicsOf({ streams }: Ground): TenantTopics {
  const outlets = new Outlets(streams, { plan: () => null }, { hasWebhook: () => false, hasSink: () => false })
  return new TenantTopics({ state: () => '', streams: () => ['readings', 'table', 'objects'], apps: () => [], outlets })
}

export async function loggedIn(client: MqttClient, password = 'secret', tenant = 't', clientId = 'c'): Promise<MqttClient> {
  expect(await client.login(tenant, password, { clientId })).toBe(0)
  return client
}
