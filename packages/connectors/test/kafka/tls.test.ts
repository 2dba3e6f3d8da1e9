import type { Tls } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedKafka } from '../../../../scripts/systems/real-servers.ts'
import { openKafkaSource } from '../../src/kafka/source.ts'
import { hasOpenssl, TlsWire } from '../conformance/tls-wire.ts'
import type { Wire } from '../conformance/wire.ts'
import { createTopic, limits, unique, wireTo } from './cluster.ts'

const server = hasOpenssl ? await sharedKafka() : null
const refused = { code: 'CONNECTOR_REFUSED' }

describe.skipIf(server === null)('Kafka over TLS', () => {
  let topic: string
  let plain: Wire
  let wire: TlsWire

  beforeEach(async () => {
    topic = unique('tls')
    await createTopic(server!.url, topic)
    plain = await wireTo(server!.port, () => wire.port)
    wire = await TlsWire.to(plain.port)
  })

  afterEach(async () => {
    await wire.end()
    await plain.end()
  })

  async function open(tls: Tls | undefined, port = wire.port): Promise<void> {
    const settings = { brokers: [`127.0.0.1:${port}`], topic, tls, from: 'begin' } as const
    const source = await openKafkaSource({ settings, identity: topic, position: null }, limits)
    await source.close()
  }

  it('every broker must have a certificate that is trusted, of the name that is wanted', async () => {
    await open({ ca: wire.certificate, serverName: 'broker.example.org' })
    await expect(open({ ca: wire.certificate })).rejects.toMatchObject(refused)
    await expect(open({ ca: wire.certificate, serverName: 'other.example.org' })).rejects.toMatchObject(refused)
    await expect(open({ serverName: 'broker.example.org' })).rejects.toMatchObject(refused)
  })

  it('TLS where there is none is refused', async () => {
    await expect(open({ ca: wire.certificate }, plain.port)).rejects.toMatchObject(refused)
  })
})
