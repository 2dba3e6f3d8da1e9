import { randomInt } from 'node:crypto'
import { Random } from '@millrace/log/testing'
import mqtt from 'mqtt-packet'
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { type MqttGateway, type MqttOptions, openMqtt } from '../../src/gateways/mqtt/open-mqtt.ts'
import { Ground, line } from './ground.ts'
import { MqttClient } from './mqtt-client.ts'

const callers = new Map<string, Caller>()
const key = (secret: string, tenant: string | null, more: Partial<Caller> = {}): void =>
  void callers.set(secret, { keyId: secret, tenant, scopes: new Set(['ingest']), device: null, ...more })

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

async function open(more: Partial<MqttOptions> = {}): Promise<{ readonly ground: Ground; readonly gateway: MqttGateway; client(): MqttClient }> {
  callers.clear()
  key('secret', 't')
  key('other', 'u')
  key('reader', 't', { scopes: new Set(['read']) })
  key('operator', null, { scopes: new Set(['operator']) })
  key('device', 't', { device: 'd1' })
  const ground = await Ground.open()
  const access = { caller: (secret: string) => callers.get(secret) ?? null }
  const { intake, streams } = ground
  const gateway = await openMqtt({ access, intake, streams, host: '127.0.0.1', port: 0, tls: null, report: () => {}, ...more })
  closers.push(() => gateway.close())
  return { ground, gateway, client: () => new MqttClient(gateway.port) }
}

async function loggedIn(client: MqttClient, password = 'secret', tenant = 't', clientId = 'c'): Promise<MqttClient> {
  expect(await client.login(tenant, password, { clientId })).toBe(0)
  return client
}

describe('the MQTT gateway', () => {
  it('acknowledges what is durable, and takes QoS 0 without a word', async () => {
    const { ground, client } = await open()
    const device = await loggedIn(client())
    device.send({ cmd: 'publish', topic: 'streams/readings/d7', payload: line(1), qos: 0, dup: false, retain: true })
    expect(await device.publish(7, 'streams/readings', line(2) + line(3))).toBe(true)
    expect(await device.publish(8, 'streams/readings', 'no record')).toBe(true)
    expect((await ground.rows()).map(({ value }) => value)).toEqual([1, 2, 3])
    expect((await ground.dead()).length).toBe(1)
  })

  it('lets in who has a key of the tenant that may send, and tells others nothing', async () => {
    const { client } = await open()
    for (const [tenant, password] of [
      ['t', 'x'],
      ['t', ''],
      ['u', 'secret'],
      ['t', 'reader'],
      ['t', 'operator'],
      ['', 'operator'],
      ['none', 'secret'],
    ] as const) {
      expect(await client().login(tenant, password), `${tenant} ${password}`).toBe(4)
    }
    const anonymous = client()
    anonymous.send({ cmd: 'connect', clientId: 'c', clean: true, protocolId: 'MQTT', protocolVersion: 4, keepalive: 0 })
    expect(await anonymous.next('connack')).toMatchObject({ returnCode: 4 })
    const early = client()
    early.send({ cmd: 'publish', topic: 'streams/readings', payload: line(1), qos: 0, dup: false, retain: false })
    await early.closed
  })

  it('ends connections that send where they may not', async () => {
    const { ground, client } = await open()
    for (const topic of [
      'streams/unknown',
      'other',
      'streams',
      'streams//d',
      'streams/readings/d/e',
      '$SYS/x',
      'u/streams/readings',
      'streams/readings/dead',
      '/streams/readings',
    ]) {
      const isDevice = topic === 'streams/readings/dead'
      const device = await loggedIn(client(), isDevice ? 'device' : 'secret')
      expect(await device.publish(1, topic, line(1)), topic).toBe(false)
    }
    const device = await loggedIn(client(), 'device')
    expect(await device.publish(1, 'streams/readings/d1', line(5))).toBe(true)
    const twice = await loggedIn(client())
    twice.send({ cmd: 'publish', topic: 'streams/readings', payload: line(1), messageId: 3, qos: 2, dup: false, retain: false })
    await twice.closed
    expect((await ground.rows()).map(({ value }) => value)).toEqual([5])
  })

  it('ends at once what a revoked key began', async () => {
    const { ground, client } = await open()
    const device = await loggedIn(client())
    expect(await device.publish(1, 'streams/readings', line(1))).toBe(true)
    callers.delete('secret')
    expect(await device.publish(2, 'streams/readings', line(2))).toBe(false)
    expect((await ground.rows()).length).toBe(1)
  })

  it('refuses subscriptions, whatever their filter', async () => {
    const { client } = await open()
    const device = await loggedIn(client())
    const topics = ['#', '+/#', 'streams/#', 'streams/readings', '$SYS/#', 't/#']
    device.send({ cmd: 'subscribe', messageId: 5, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) })
    expect(await device.next('suback')).toMatchObject({ granted: topics.map(() => 128) })
    const sender = await loggedIn(client(), 'other', 'u')
    await sender.publish(1, 'streams/readings', line(1))
    expect(device.received.map(({ cmd }) => cmd)).toEqual(['connack', 'suback'])
  })

  it('keeps tenants apart that use one client id', async () => {
    const { client } = await open()
    const [one, other] = [await loggedIn(client()), await loggedIn(client(), 'other', 'u')]
    expect(await one.publish(1, 'streams/readings', line(1))).toBe(true)
    expect(await other.publish(1, 'streams/readings', line(1))).toBe(true)
    const again = await loggedIn(client())
    await one.closed
    expect(await again.publish(2, 'streams/readings', line(1))).toBe(true)
  })

  it('takes the will of a device that is gone', async () => {
    const { ground, client } = await open()
    const device = client()
    expect(await device.login('t', 'secret', { will: { topic: 'streams/readings', payload: Buffer.from(line(9)) } })).toBe(0)
    const reader = ground.log.reader({ tenant: 't', streams: ['readings'] })
    device.destroy()
    await reader.wait()
    reader.close()
    expect((await ground.rows()).map(({ value }) => value)).toEqual([9])
  })

  it('does not acknowledge what the disk does not take', async () => {
    const { ground, client } = await open()
    const device = await loggedIn(client())
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    expect(await device.publish(1, 'streams/readings', line(1))).toBe(false)
    ground.disk.heal()
    const again = await loggedIn(client())
    expect(await again.publish(1, 'streams/readings', line(1))).toBe(true)
    expect((await ground.rows()).length).toBe(1)
  })

  it('refuses packets that are too long before it keeps them, and nonsense', async () => {
    const { client } = await open({ packetBytes: 10_000 })
    const device = await loggedIn(client())
    device.sendBytes(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]))
    await device.closed
    const lengthless = await loggedIn(client())
    lengthless.sendBytes(Buffer.from([0x32, 0x80, 0x80, 0x80, 0x80, 0x01]))
    await lengthless.closed
    const noise = client()
    noise.sendBytes(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await noise.closed
    expect(await (await loggedIn(client())).publish(1, 'streams/readings', line(1))).toBe(true)
  })

  it('does not read on from a device while its messages wait', async () => {
    const { ground, client } = await open({ waitingBytes: 20_000 })
    const device = await loggedIn(client())
    let waiting = 0
    let most = 0
    const { message } = ground.intake
    const gate = Promise.withResolvers<void>()
    Object.assign(ground.intake, {
      message: async (...given: Parameters<typeof message>) => {
        most = Math.max(most, ++waiting)
        await gate.promise
        waiting--
        return await message(...given)
      },
    })
    const packet = (messageId: number): Buffer =>
      mqtt.generate({ cmd: 'publish', topic: 'streams/readings', payload: line(messageId, 'a'.repeat(1000)), messageId, qos: 1, dup: false, retain: false })
    const count = 6000
    for (let id = 1; id <= count; id++) device.sendBytes(packet(id))
    await new Promise((resolve) => setTimeout(resolve, 300))
    // One read of the socket may go beyond.
    expect(most * packet(1).length).toBeLessThan(200_000)
    expect(device.waitingBytes).toBeGreaterThan(100_000)
    gate.resolve()
    expect(await device.next('puback', (received) => received.messageId === count)).not.toBeNull()
    expect((await ground.rows()).length).toBe(count)
  })

  it('keeps every message that it acknowledged, when connections break and devices send again', async () => {
    const { ground, client } = await open()
    const seed = randomInt(2 ** 31)
    const random = new Random(seed)
    async function produce(device: number): Promise<void> {
      let connection = await loggedIn(client(), 'secret', 't', `d${device}`)
      for (let value = 0; value < 60; ) {
        const acknowledged = connection.publish(value + 1, 'streams/readings', line(value, `d${device}`))
        if (random.below(6) === 0) connection.destroy()
        if (await acknowledged) value++
        else connection = await loggedIn(client(), 'secret', 't', `d${device}`)
      }
      connection.destroy()
    }
    await Promise.all([0, 1, 2, 3].map(produce))
    const kept = new Set((await ground.rows()).map(({ sensor, value }) => `${sensor}/${value}`))
    expect(kept.size, `seed ${seed}`).toBe(240)
  })
})
