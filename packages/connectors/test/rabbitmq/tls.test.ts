import type { Tls } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import type { Source } from '../../src/contract.ts'
import { openRabbitmqSource } from '../../src/rabbitmq/source.ts'
import { hasOpenssl, TlsWire } from '../conformance/tls-wire.ts'
import { RabbitmqWorld } from './world.ts'

const server = await sharedRabbitmq()

describe.skipIf(server === null || !hasOpenssl)('RabbitMQ with TLS', () => {
  let world: RabbitmqWorld
  let wire: TlsWire

  beforeEach(async () => {
    world = await RabbitmqWorld.begin(server!)
    wire = await TlsWire.to(server!.port)
  })

  afterEach(async () => {
    await wire.end()
    await world.end()
  })

  const open = (tls: Tls, port = wire.port): Promise<Source> =>
    openRabbitmqSource({ identity: 'one', position: null, settings: { ...world.reached(), port, tls, queue: world.name } })

  it('messages come from a server whose certificate is trusted, and of the name', async () => {
    const source = await open({ ca: wire.certificate, serverName: 'broker.example.org' })
    world.channel.sendToQueue(world.name, Buffer.from('safe'))
    expect((await source.next()).bodies.map(String)).toEqual(['safe'])
    await source.close()
  })

  it.each([
    ['a certificate that nobody trusts', () => ({}), /self-signed certificate/],
    ['a certificate of another host', () => ({ ca: wire.certificate, serverName: 'other.example.org' }), /other\.example\.org/],
    ['a certificate of ours that is none', () => ({ certificate: 'none', key: 'none' }), /PEM/],
  ] as const)('%s is refused', async (_, tls, reason) => {
    await expect(open(tls())).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED', message: expect.stringMatching(reason) })
  })

  it('a port that speaks no TLS is refused', async () => {
    await expect(open({}, server!.port)).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' })
  })
})
