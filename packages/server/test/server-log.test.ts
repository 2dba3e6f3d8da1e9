import type { CreatedKey, CreatedWebhook } from '@millrace/api/schemas'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { LineClient } from './intake/line-client.ts'
import { MqttClient } from './intake/mqtt-client.ts'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
const ports = { mqttPort: await freePort(), tcpPort: await freePort() }
const metricsToken = 'a-token-that-nobody-knows'
const written: string[] = []

beforeAll(async () => {
  await world.open({ workers: 1, metricsToken, ...ports })
  const { logger } = world.platform.ground
  logger.level = 'debug'
  Object.assign(Reflect.get(logger, pino.symbols.streamSym) as object, { write: (line: string) => written.push(line) })
})
afterAll(() => world.end())

const entries = (): readonly Record<string, unknown>[] => written.map((line) => JSON.parse(line) as Record<string, unknown>)

it("the server's log is JSON, names tenant, app and request, and holds no secret", async () => {
  const key = await world.tenant('acme')
  const other = await world.tenant('other')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  const hook = await world.ask('POST', '/v1/webhooks/hook', { key, body: { app: 'counts', output: 'counts', url: 'http://192.0.2.1/' } })
  const { body: rotated } = await world.ask('POST', '/v1/keys', { key, body: { scopes: ['ingest'] }, headers: { 'idempotency-key': 'k' } })
  await world.ask('GET', `/metrics?token=${metricsToken}`, { key: metricsToken })

  const device = new MqttClient(ports.mqttPort)
  expect(await device.login('acme', other)).toBe(4)
  const greeted = [`${key} nothing`, `readings ${key}`, key].map(async (greeting) => {
    const sender = new LineClient(ports.tcpPort)
    sender.send(`${greeting}\n${lines([1, 1])}`)
    expect(await sender.next()).toHaveProperty('error')
  })
  await Promise.all(greeted)
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { storageBytes: 1 } } })
  await world.platform.ground.jobs.restartThread(0)
  const refused = await world.send(key, 'readings', lines([1, 1]))
  expect(refused.status).toBe(507)

  expect(entries()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ tenant: 'acme', app: 'counts', msg: 'app started' }),
      expect.objectContaining({ tenant: 'acme', job: 'counts', kind: 'restarted' }),
      expect.objectContaining({ tenant: 'acme', requestId: refused.headers.get('request-id'), code: 'TENANT_STORAGE' }),
      expect.objectContaining({ msg: 'a TCP connection ended' }),
    ]),
  )
  const secrets = [world.operator, key, other, (rotated as CreatedKey).secret].map((secret) => secret.slice(21))
  for (const secret of [...secrets, (hook.body as CreatedWebhook).secret, metricsToken]) expect(written.join('')).not.toContain(secret)
})
