import { randomInt } from 'node:crypto'
import { Random } from '@millrace/log/testing'
import mqtt, { type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { hasOpenssl, testCertificate } from '../test-certificate.ts'
import { line, streamOfIds } from './ground.ts'
import { MqttClient } from './mqtt-client.ts'
import { callers, loggedIn, open } from './mqtt-ground.ts'

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

  it.skipIf(!hasOpenssl)('speaks TLS where there is a certificate', async () => {
    const tls = testCertificate()
    const ca = tls.cert.toString()
    const { ground, gateway } = await open({ tls })
    const device = await loggedIn(new MqttClient(gateway.port, ca))
    expect(await device.publish(1, 'streams/readings', line(1))).toBe(true)
    const plain = new MqttClient(gateway.port)
    expect(await plain.login('t', 'secret')).toBe(-1)
    expect((await ground.rows()).length).toBe(1)
  })

  it('takes so many connections of a tenant', async () => {
    const { client } = await open({ tenantConnections: 1 })
    const first = await loggedIn(client())
    expect(await client().login('t', 'secret', { clientId: 'd' })).toBe(3)
    await loggedIn(client(), 'other', 'u')
    first.destroy()
    await expect.poll(() => client().login('t', 'secret', { clientId: 'd' })).toBe(0)
  })

  it('lets go of who says nothing, or begins to say who it is and never ends', async () => {
    const { client } = await open({ connectMs: 100 })
    const [silent, slow] = [client(), client()]
    slow.sendBytes(Buffer.from([0x10, 0x20, 0x00, 0x04]))
    await Promise.all([silent.closed, slow.closed])
    const device = await loggedIn(client())
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(await device.publish(1, 'streams/readings', line(1))).toBe(true)
  })

  it('takes any bytes without harm to others', async () => {
    const seed = randomInt(2 ** 31)
    const random = new Random(seed)
    const { ground, client } = await open()
    const honest = await loggedIn(client(), 'secret', 't', 'honest')
    for (let round = 0; round < 150; round++) {
      const noisy = client()
      if (random.below(4) > 0) await loggedIn(noisy, 'secret', 't', `noisy${round}`)
      noisy.sendBytes(noise(random))
      if (random.below(2) === 0) noisy.destroy()
      if (round % 30 === 0) expect(await honest.publish(round + 1, 'streams/readings', line(round, 'honest')), `seed ${seed}`).toBe(true)
    }
    expect((await ground.rows()).filter(({ sensor }) => sensor === 'honest').map(({ value }) => value)).toEqual([0, 30, 60, 90, 120])
  })

  it('ends at once what a revoked key began', async () => {
    const { ground, client } = await open()
    const device = await loggedIn(client())
    expect(await device.publish(1, 'streams/readings', line(1))).toBe(true)
    callers.delete('secret')
    expect(await device.publish(2, 'streams/readings', line(2))).toBe(false)
    expect((await ground.rows()).length).toBe(1)
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

  it('keeps once what a device sends again, where the stream has a message id', async () => {
    const { ground, client } = await open({ streams: { find: () => streamOfIds() } })
    const device = await loggedIn(client())
    expect(await device.publish(7, 'streams/readings', line(1, 'm1'))).toBe(true)
    device.destroy()
    const again = await loggedIn(client())
    again.send({ cmd: 'publish', topic: 'streams/readings', payload: line(1, 'm1'), messageId: 7, qos: 1, dup: true, retain: false })
    expect(await again.next('puback')).toMatchObject({ messageId: 7 })
    expect(await again.publish(8, 'streams/readings', line(2, 'm2'))).toBe(true)
    expect((await ground.rows()).map(({ sensor }) => sensor)).toEqual(['m1', 'm2'])
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

  it('takes all that a device sent before it closed the connection, QoS 0 as well, in its time', async () => {
    const gone = Promise.withResolvers<void>()
    const { ground, client } = await open({ figures: { opened: () => {}, closed: gone.resolve, ended: () => {}, sent: () => {} } })
    const device = await loggedIn(client())
    const { message } = ground.intake
    const first = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    Object.assign(ground.intake, {
      message: async (...given: Parameters<typeof message>) => {
        first.resolve()
        await gate.promise
        return await message(...given)
      },
    })
    const packet = (value: number): Buffer => {
      const named = { topic: 'streams/readings', payload: line(value), messageId: value } as const
      return mqtt.generate({ cmd: 'publish', ...named, qos: value % 2 === 0 ? 0 : 1, dup: false, retain: false })
    }
    const send = (from: number, to: number): boolean => device.sendBytes(Buffer.concat(Array.from({ length: to - from }, (_, at) => packet(from + at))))
    const count = 500
    send(1, 100)
    await first.promise
    send(100, count + 1)
    device.end()
    await gone.promise
    gate.resolve()
    await expect.poll(async () => (await ground.rows()).length).toBe(count)
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

/** Bytes of a packet that were changed, cut or repeated, or none of a packet at all. */
function noise(random: Random): Uint8Array {
  const packets: Packet[] = [
    { cmd: 'publish', topic: 'streams/readings', payload: line(1, 'noise'), messageId: 1, qos: 1, dup: false, retain: false },
    { cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'streams/#', qos: 1 }] },
    { cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a/b'] },
    { cmd: 'puback', messageId: 4 },
    { cmd: 'pubrel', messageId: 5 },
    { cmd: 'pingreq' },
    { cmd: 'connect', clientId: 'x', username: 't', password: Buffer.from('secret'), clean: false, protocolId: 'MQTT', protocolVersion: 4, keepalive: 1 },
  ]
  const bytes = Buffer.concat(Array.from({ length: 1 + random.below(4) }, () => mqtt.generate(random.pick(packets))))
  for (let changes = random.below(6); changes > 0; changes--) bytes[random.below(bytes.length)] = random.below(256)
  return random.below(4) === 0 ? bytes.subarray(random.below(bytes.length)) : bytes
}
