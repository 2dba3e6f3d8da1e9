import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sharedPostgresql } from '../../../scripts/systems/real-servers.ts'
import { ConnectorThread } from '../src/thread/connector-thread.ts'
import { Wire } from './conformance/wire.ts'
import { type Answer, endless, hostileBroker, scramAnswers } from './hostile-broker.ts'

const postgresql = await sharedPostgresql()

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

function beginThread(closeMs?: number): { readonly thread: ConnectorThread; readonly ended: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>()
  const thread = new ConnectorThread({ allow: ['127.0.0.1'], ended: resolve, printed: () => {}, ...(closeMs !== undefined && { closeMs }) })
  ends.push(() => thread.close())
  return { thread, ended: promise }
}

async function openFrom(thread: ConnectorThread, answer: Answer): Promise<unknown> {
  const broker = await hostileBroker(answer)
  ends.push(() => broker.end())
  const sasl = { mechanism: 'scram-sha-256', user: 'acme', password: 'secret' } as const
  const settings = { brokers: [`127.0.0.1:${broker.port}`], topic: 'readings', sasl }
  return await thread.openSource('kafka', { settings, identity: 'one', position: null }, new AbortController().signal)
}

/** Resolves when a sink is waiting for what a silent server says; `failed` resolves with what it fails with. */
async function waitingIn(thread: ConnectorThread): Promise<{ readonly failed: Promise<unknown> }> {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  ends.push(() => silent.close())
  const settings = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port, database: 'd', table: 't' }
  const opening = thread.openSink('postgresql', { settings, identity: 'one', from: 0, next: 1 }, new AbortController().signal)
  await once(silent, 'connection')
  return { failed: opening.catch((error: unknown) => error) }
}

describe('a thread of connectors', () => {
  it('that a hostile server breaks fails what is open in it, and says so; another one goes on', async () => {
    const [broken, other] = [beginThread(), beginThread()]
    const waiting = await waitingIn(broken.thread)
    const waitingElsewhere = await waitingIn(other.thread)
    // Not a single parameter of SCRAM: the library throws where nobody catches it.
    await expect(
      openFrom(
        broken.thread,
        scramAnswers(() => 'x'),
      ),
    ).rejects.toMatchObject({ code: 'CONNECTOR_LOST' })
    expect(await waiting.failed).toMatchObject({ code: 'CONNECTOR_LOST', message: expect.stringContaining('its thread broke') })
    expect(await broken.ended).toContain('its thread broke')
    expect(await Promise.race([waitingElsewhere.failed, 'waits'])).toBe('waits')
  })

  it.each(['4294967295', '1000001'])('refuses a login that asks for %s iterations of a hash: all tenants would wait for it', async (iterations) => {
    const { thread } = beginThread()
    const opening = openFrom(
      thread,
      scramAnswers((nonce) => `r=${nonce}x,s=c2FsdA==,i=${iterations}`),
    )
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining(`${iterations} iterations`) })
  })

  it('ends where a server sends without end what it has to keep', { timeout: 60_000 }, async () => {
    const { thread, ended } = beginThread()
    await expect(openFrom(thread, endless)).rejects.toMatchObject({ code: 'CONNECTOR_LOST', message: expect.stringContaining('more than 512 MiB') })
    expect(await ended).toContain('more than 512 MiB')
  })

  it.skipIf(postgresql === null)('ends where something in it does not close: nobody waits for that', async () => {
    const { thread, ended } = beginThread(50)
    const wire = await Wire.to(postgresql!.port)
    ends.push(() => wire.end())
    const settings = { host: '127.0.0.1', port: wire.port, user: 'postgres', database: 'postgres', table: 'closing' }
    const sink = await thread.openSink('postgresql', { settings, identity: 'one', from: 0, next: 1 }, new AbortController().signal)
    wire.silence()
    await sink.close()
    expect(await ended).toBe('its thread ended')
  })
})
