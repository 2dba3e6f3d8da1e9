import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import type { Tls } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedPostgresql } from '../../../../scripts/systems/real-servers.ts'
import { openSink } from '../../src/postgresql/sink.ts'
import { pageOf, resultRow } from '../conformance/rows.ts'
import { hasOpenssl, TlsWire } from '../conformance/tls-wire.ts'
import { type PostgresqlWorld, postgresqlWorld } from './postgresql-world.ts'

const server = await sharedPostgresql()

describe.skipIf(server === null || !hasOpenssl)('PostgreSQL with TLS', () => {
  let world: PostgresqlWorld
  let wire: TlsWire
  let door: Server

  beforeEach(async () => {
    world = await postgresqlWorld(server!.port)
    wire = await TlsWire.to(server!.port)
    door = createServer((near) => {
      near.on('error', () => undefined)
      // The client asks in the clear whether it may speak TLS.
      near.once('data', () => {
        near.write('S')
        const far = connect(wire.port, '127.0.0.1').on('error', () => undefined)
        near.pipe(far).pipe(near)
      })
    })
    await once(door.listen(0, '127.0.0.1'), 'listening')
  })

  afterEach(async () => {
    door.close()
    await wire.end()
    await world.end()
  })

  const write = async (tls: Tls, port = (door.address() as AddressInfo).port) => {
    const sink = await openSink({ settings: { ...world.settings, port, tls }, identity: 'one', from: 0, next: 1 })
    return await sink.write(pageOf([resultRow(1)])).finally(() => sink.close())
  }

  it('rows go to a server whose certificate is trusted, and of the name', async () => {
    expect(await write({ ca: wire.certificate, serverName: 'broker.example.org' })).toEqual([])
    expect(await world.read()).toEqual([resultRow(1)])
  })

  it.each([
    ['a certificate that nobody trusts', () => ({}), /self-signed certificate/],
    ['a certificate of another host', () => ({ ca: wire.certificate, serverName: 'other.example.org' }), /other\.example\.org/],
    ['a certificate of ours that is none', () => ({ certificate: 'none', key: 'none' }), /PEM/],
  ] as const)('%s is refused', async (_, tls, reason) => {
    await expect(write(tls())).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED', message: expect.stringMatching(reason) })
  })

  it('a server that speaks no TLS is refused', async () => {
    await expect(write({}, server!.port)).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining('SSL') })
  })
})
