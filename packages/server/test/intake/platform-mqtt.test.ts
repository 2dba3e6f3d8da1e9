import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../free-port.ts'
import { counts, lines, readings } from '../plans.ts'
import { World } from '../world.ts'
import { line, node } from './ground.ts'
import { MqttClient } from './mqtt-client.ts'

const world = new World()
let port = 0

beforeAll(async () => {
  port = await freePort()
  await world.open({ mqttPort: port })
})
afterAll(async () => await world.end())

describe('a server with MQTT', () => {
  it('takes the records of its tenants alone, until their key is revoked', async () => {
    const admins = { one: await world.tenant('one'), two: await world.tenant('two') }
    expect((await world.ask('PUT', '/v1/streams/readings', { key: admins.one, body: { declaration: node } })).status).toBe(201)
    const { id, secret } = await world.key('one', ['ingest'], { device: 'd1' })
    const device = new MqttClient(port)
    expect(await device.login('one', secret)).toBe(0)
    expect(await device.publish(1, 'streams/readings/d1', line(1) + line(2))).toBe(true)
    expect(await world.ask('GET', '/v1/streams/readings/records', { key: admins.one, headers: { accept: 'application/json' } })).toMatchObject({
      status: 200,
      body: { items: [{ value: 1 }, { value: 2 }] },
    })

    const stranger = new MqttClient(port)
    expect(await stranger.login('one', admins.two)).toBe(4)
    const neighbour = new MqttClient(port)
    expect(await neighbour.login('two', admins.two)).toBe(0)
    expect(await neighbour.publish(1, 'streams/readings', line(3))).toBe(false)

    await world.ask('DELETE', `/v1/keys/${id}`, { key: admins.one })
    expect(await device.publish(2, 'streams/readings/d1', line(4))).toBe(false)
    expect(world.platform.ground.log.streams('one')).toMatchObject([{ stream: 'readings', rows: 2 }])
  })

  it('sends results to who subscribes, of apps and streams made later, too, until the key is revoked', async () => {
    const key = await world.tenant('three')
    const { id, secret } = await world.key('three', ['read'])
    const reader = new MqttClient(port)
    expect(await reader.login('three', secret)).toBe(0)
    expect(await reader.subscribe(1, ['apps/counts/counts', 'apps/+/counts'], 1)).toEqual([128, 1])
    await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
    await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
    expect(await reader.subscribe(2, ['apps/counts/counts'], 1)).toEqual([1])
    await world.ask('POST', '/v1/apps/counts/start', { key })
    await world.send(key, 'readings', lines([1, 1], [1, 2], [2, 3], [1, 21]))
    const messages = await reader.until(2)
    expect(messages.map(({ topic, payload }) => [topic, JSON.parse(payload.toString())])).toMatchObject([
      ['apps/counts/counts', { sensor: 1, count: 2, _revision: 0 }],
      ['apps/counts/counts', { sensor: 2, count: 1 }],
    ])
    await world.ask('DELETE', `/v1/keys/${id}`, { key })
    await reader.closed
    const figures = await world.metrics()
    expect(figures).toMatch(/millrace_gateway_sent_messages_total\{gateway="mqtt"\} 2/)
    expect(figures).toMatch(/millrace_gateway_ended_connections_total\{gateway="mqtt",reason="key"\} [1-9]/)
  })
})
