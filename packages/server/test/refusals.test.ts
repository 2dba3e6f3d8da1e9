import type { AuditEntry, AuditPage } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { LineClient } from './intake/line-client.ts'
import { MqttClient } from './intake/mqtt-client.ts'
import { lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
const ports = { mqttPort: await freePort(), tcpPort: await freePort() }
const key: Record<string, string> = {}
let revokedId = ''

beforeAll(async () => {
  await world.open({ workers: 0, ...ports })
  key['admin'] = await world.tenant('acme')
  key['other'] = await world.tenant('other')
  await world.ask('PUT', '/v1/streams/readings', { key: key['admin'], body: { declaration: readings } })
  key['read'] = (await world.key('acme', ['read'])).secret
  key['ingest'] = (await world.key('acme', ['ingest'])).secret
  const revoked = await world.key('acme', ['ingest'])
  await world.ask('DELETE', `/v1/keys/${revoked.id}`, { headers: { 'millrace-tenant': 'acme' } })
  key['revoked'] = revoked.secret
  revokedId = revoked.id
  key['wrong'] = `mrk_0123456789abcdef_${'A'.repeat(43)}`
})
afterAll(async () => await world.end())

/** The newest last. */
async function audited(ofKey = world.operator): Promise<readonly AuditEntry[]> {
  return ((await world.ask('GET', '/v1/audit?limit=1000', { key: ofKey })).body as AuditPage).items.toReversed()
}

/** Of refusals since the last look; the count of repetitions begins anew. */
async function refusals(): Promise<readonly (readonly unknown[])[]> {
  world.platform.ground.audit.flush()
  const found = (await audited()).filter(({ id, result }) => id > seen && result !== 'ok')
  seen = Math.max(seen, ...found.map(({ id }) => id))
  return found.map(({ tenant, action, target, result, times, address }) => [tenant, action, target, result, times, address])
}
let seen = 0

async function mqtt(tenant: string, secret: string | undefined, act: (client: MqttClient) => Promise<unknown> = async () => {}): Promise<void> {
  const client = new MqttClient(ports.mqttPort)
  if ((await client.login(tenant, secret ?? '')) === 0) await act(client)
  client.destroy()
}
const from = '127.0.0.1'

it('whose key is refused over MQTT, TCP or HTTP, and what a good one may not do, stands in the audit', async () => {
  await refusals()
  await mqtt('acme', key['wrong'])
  await mqtt('nobody', key['wrong'])
  await mqtt('acme', key['revoked'])
  await mqtt('acme', key['other'])
  await mqtt('acme', key['read'], (client) => client.publish(1, 'streams/readings', lines([1, 1])))
  await mqtt('acme', key['ingest'], (client) => client.publish(1, 'streams/nothing', lines([1, 1])))
  await mqtt('acme', key['read'], (client) => client.subscribe(1, ['apps/none/none']))
  await mqtt('acme', key['ingest'], (client) => client.subscribe(1, ['streams/readings']))
  expect(await refusals()).toEqual([
    ['acme', 'connectMqtt', 'tenants/acme', 'KEY_REQUIRED', 1, from],
    [null, 'connectMqtt', 'tenants/nobody', 'KEY_REQUIRED', 1, from],
    ['acme', 'connectMqtt', 'tenants/acme', 'KEY_REQUIRED', 1, from],
    ['other', 'connectMqtt', 'tenants/acme', 'TENANT_UNKNOWN', 1, from],
    ['acme', 'publishMqtt', 'streams/readings', 'KEY_SCOPE', 1, from],
    ['acme', 'publishMqtt', 'streams/nothing', 'STREAM_UNKNOWN', 1, from],
    ['acme', 'subscribeMqtt', 'apps/none/none', 'TOPIC_UNKNOWN', 1, from],
    ['acme', 'subscribeMqtt', 'streams/readings', 'KEY_SCOPE', 1, from],
  ])
  for (const [name, stream] of [
    ['wrong', 'readings'],
    ['revoked', 'readings'],
    ['read', 'readings'],
    ['ingest', 'nothing'],
  ] as const)
    await new LineClient(ports.tcpPort).end(`${key[name]} ${stream}\n`)
  const ofRevoked = (await audited(key['admin'])).filter(({ keyId, result }) => keyId === revokedId && result === 'KEY_REQUIRED')
  expect(ofRevoked.map(({ action }) => action)).toEqual(['connectMqtt', 'sendLines'])
  expect(await refusals()).toEqual([
    [null, 'sendLines', 'streams/readings/records', 'KEY_REQUIRED', 1, from],
    ['acme', 'sendLines', 'streams/readings/records', 'KEY_REQUIRED', 1, from],
    ['acme', 'sendLines', 'streams/readings/records', 'KEY_SCOPE', 1, from],
    ['acme', 'sendLines', 'streams/nothing/records', 'STREAM_UNKNOWN', 1, from],
  ])
  await world.send(key['wrong'] as string, 'readings', lines([1, 1]))
  await world.send(key['read'] as string, 'readings', lines([1, 1]))
  await world.ask('GET', '/v1/streams', { key: key['revoked'] as string })
  await world.ask('GET', '/v1/tenants', { key: key['read'] as string })
  expect(await refusals()).toEqual([
    [null, 'sendRecords', 'streams/readings/records', 'KEY_REQUIRED', 1, from],
    ['acme', 'sendRecords', 'streams/readings/records', 'KEY_SCOPE', 1, from],
    ['acme', 'listStreams', 'streams', 'KEY_REQUIRED', 1, from],
    ['acme', 'listTenants', 'tenants', 'KEY_SCOPE', 1, from],
  ])
})

it('who is refused again and again is two entries a minute, whatever way they come', async () => {
  const times = 40
  await Promise.all(
    Array.from({ length: times }, async () => {
      await mqtt('acme', key['wrong'])
      await new LineClient(ports.tcpPort).end(`${key['wrong']} readings\n`)
      await world.ask('DELETE', '/v1/streams/readings', { key: key['read'] as string })
    }),
  )
  const found = await refusals()
  expect(found.map(([, action, , , count]) => [action, count]).sort()).toEqual([
    ['connectMqtt', 1],
    ['connectMqtt', times - 1],
    ['deleteStream', 1],
    ['deleteStream', times - 1],
    ['sendLines', 1],
    ['sendLines', times - 1],
  ])
})

it('nothing of it is left once the tenant is erased', async () => {
  await mqtt('acme', key['wrong'])
  await mqtt('acme', key['wrong'])
  expect((await world.ask('DELETE', '/v1/tenants/acme')).status).toBe(204)
  world.platform.ground.audit.flush()
  expect((await audited()).filter(({ tenant, result }) => tenant === 'acme' && result !== 'ok')).toEqual([])
})
