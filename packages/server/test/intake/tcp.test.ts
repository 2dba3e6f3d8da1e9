import { randomInt } from 'node:crypto'
import { Random } from '@millrace/log/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { openTcp, type TcpOptions } from '../../src/gateways/tcp/open-tcp.ts'
import type { EndReason } from '../../src/metrics/gateway-metrics.ts'
import { hasOpenssl, testCertificate } from '../test-certificate.ts'
import { Ground, line, lines, nowMs, streamOfIds } from './ground.ts'
import { LineClient } from './line-client.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

async function open(more: Partial<TcpOptions> = {}, limits = {}) {
  const caller = (secret: string, more: Partial<Caller> = {}): [string, Caller] => [
    secret,
    { keyId: secret, tenant: 't', scopes: new Set(['ingest']), device: null, ...more },
  ]
  const callers = new Map([
    caller('secret'),
    caller('other', { tenant: 'u' }),
    caller('reader', { scopes: new Set(['read']) }),
    caller('operator', { tenant: null, scopes: new Set(['operator']) }),
    caller('device', { device: 'd1' }),
  ])
  const ground = await Ground.open(limits)
  const { intake, log, streams } = ground
  const ended: EndReason[] = []
  let keyEnded = (_keyId: string): void => {}
  const gateway = await openTcp({
    access: { caller: (secret: string) => callers.get(secret) ?? null },
    figures: { opened: () => {}, closed: () => {}, sent: () => {}, ended: (reason) => void ended.push(reason) },
    onKeyEnded: (told) => {
      keyEnded = told
      return () => {}
    },
    ...{ intake, log, streams, host: '127.0.0.1', port: 0, tls: null, report: () => {}, refused: () => {} },
    ...more,
  })
  closers.push(() => gateway.close())
  const client = (greeting?: string): LineClient => {
    const made = new LineClient(gateway.port)
    if (greeting !== undefined) made.send(`${greeting}\n`)
    return made
  }
  return { ground, client, ended, port: gateway.port, endKey: (secret: string) => keyEnded(secret) }
}

const valuesIn = async (ground: Ground, stream = 'readings'): Promise<readonly number[]> => (await ground.rows('t', stream)).map(({ value }) => value)

describe('lines over TCP', () => {
  it('are answered once they are durable, and with the totals at the end', async () => {
    const { ground, client } = await open()
    const sender = client('secret readings')
    expect(await sender.next()).toEqual({ lines: 0, accepted: 0, rejected: 0, repeated: 0 })
    sender.send(`${line(1)}no record\n${line(2)}`)
    expect(await sender.next(({ lines }) => lines === 3)).toEqual({ lines: 3, accepted: 2, rejected: 1, repeated: 0 })
    expect(await valuesIn(ground)).toEqual([1, 2])
    expect(await sender.end(`${line(3)}${line(4).trim()}`)).toEqual({ lines: 5, accepted: 4, rejected: 1, repeated: 0, end: true })
    expect(await valuesIn(ground)).toEqual([1, 2, 3, 4])
  })

  it('may be CSV, with a header or without', async () => {
    const { ground, client } = await open()
    expect(await client('secret table').end(`${nowMs};a;1\n${nowMs};a;2\n`)).toMatchObject({ lines: 2, accepted: 2 })
    const node = { ...(ground.streams.find('t', 'readings') ?? never()).node, format: { kind: 'csv' as const, separator: ',', header: 'auto' as const } }
    const withHeader = await open({ streams: { find: (tenant, name) => ({ tenant, name, version: 1, node }) } })
    const sender = withHeader.client('secret readings')
    sender.send(`value,sensor,at\n1,a,${nowMs}\n`)
    await sender.next(({ accepted }) => accepted === 1)
    expect(await sender.end(`2,a,${nowMs}\n`)).toMatchObject({ lines: 2, accepted: 2, rejected: 0 })
    expect(await withHeader.client('secret readings').end(`${nowMs},a,3\n`)).toMatchObject({ accepted: 1 })
    expect(await valuesIn(withHeader.ground)).toEqual([1, 2, 3])
  })

  it('are taken from who may send, and others are told no more than over HTTP', async () => {
    const { ground, client } = await open()
    for (const [greeting, code] of [
      ['nobody readings', 'KEY_REQUIRED'],
      ['operator readings', 'KEY_REQUIRED'],
      ['reader readings', 'KEY_SCOPE'],
      ['secret nothing', 'STREAM_UNKNOWN'],
      ['secret', 'GREETING_INVALID'],
      ['', 'GREETING_INVALID'],
      ['secret readings a b', 'GREETING_INVALID'],
      ['GET / HTTP/1.1', 'KEY_REQUIRED'],
    ]) {
      const sender = client(greeting)
      sender.send(line(1))
      expect(await sender.next(), greeting).toMatchObject({ error: { code } })
      await sender.closed
    }
    expect(ground.log.nextSequence('t')).toBe(1)
  })

  it('begin with a short line: of a long one no more is waited for', async () => {
    const { client } = await open()
    const long = client()
    long.send('x'.repeat(2000))
    expect(await long.next()).toMatchObject({ error: { code: 'LINE_TOO_LONG' } })
    const whole = client(`secret readings ${'x'.repeat(2000)}`)
    expect(await whole.next()).toMatchObject({ error: { code: 'LINE_TOO_LONG' } })
    const behind = client()
    expect(await behind.end(`secret readings\n${line(1).trim()}${' '.repeat(2000)}\n${line(2)}`)).toMatchObject({ accepted: 2, end: true })
  })

  it('end with their key, their stream, a line without end, silence, or a greeting that never comes', async () => {
    const { client, endKey, ended } = await open({ lineBytes: 1000, greetingMs: 100, idleMs: 200 })
    const revoked = client('secret readings')
    await revoked.next()
    endKey('secret')
    expect(await revoked.next(({ error }) => error !== undefined)).toMatchObject({ error: { code: 'KEY_REQUIRED' } })
    const long = client('secret readings')
    long.send('x'.repeat(5000))
    expect(await long.next(({ error }) => error !== undefined)).toMatchObject({ error: { code: 'LINE_TOO_LONG' } })
    const silent = client('secret readings')
    expect(await silent.next(({ error }) => error !== undefined)).toMatchObject({ error: { code: 'CONNECTION_IDLE' } })
    const slow = client()
    slow.send('secret re')
    expect(await slow.next()).toMatchObject({ error: { code: 'GREETING_INVALID' } })
    expect(ended).toEqual(['key', 'limit', 'limit', 'limit'])
  })

  it.skipIf(!hasOpenssl)('come over TLS where there is a certificate, and nothing else does', async () => {
    const tls = testCertificate()
    const ca = tls.cert.toString()
    const { ground, port } = await open({ tls })
    const sender = new LineClient(port, ca)
    sender.send('secret readings\n')
    expect(await sender.end(line(1))).toMatchObject({ accepted: 1, end: true })
    const plain = new LineClient(port)
    plain.send(`secret readings\n${line(2)}`)
    await plain.closed
    // Within its handshake it does not hold up the end.
    new LineClient(port).socket.unref()
    new LineClient(port, ca).send('secret readings\n')
    expect(await valuesIn(ground)).toEqual([1])
  })

  it('of a tenant come over so many connections', async () => {
    const { client } = await open({ tenantConnections: 1 })
    const first = client('secret readings')
    await first.next()
    expect(await client('secret readings').next()).toMatchObject({ error: { code: 'TENANT_QUOTA' } })
    expect(await client('other readings').end(line(1))).toMatchObject({ accepted: 1 })
    expect(await first.end(line(1))).toMatchObject({ accepted: 1 })
    expect(await client('secret readings').end(line(1))).toMatchObject({ accepted: 1 })
  })

  it('are not read while others wait to be durable', async () => {
    const { ground, client } = await open()
    const gate = Promise.withResolvers<void>()
    const { message } = ground.intake
    Object.assign(ground.intake, {
      message: async (...given: Parameters<typeof message>) => {
        await gate.promise
        return await message(...given)
      },
    })
    const sender = client('secret readings')
    const text = lines(0, 100_000)
    for (let i = 0; i < 4; i++) sender.send(text)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(sender.socket.writableLength).toBeGreaterThan(10 << 20)
    gate.resolve()
    expect(await sender.end()).toMatchObject({ accepted: 400_000, lines: 400_000 })
  })

  it('that the disk does not take are not acknowledged, and the sender is told why', async () => {
    const { ground, client } = await open()
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    const sender = client('secret readings')
    sender.send(line(1))
    expect(await sender.next(({ error }) => error !== undefined)).toMatchObject({ error: { code: 'LOG_DISK_FULL' } })
    ground.disk.heal()
    expect(await client('secret readings').end(line(1))).toMatchObject({ accepted: 1 })
  })

  it('of producers that were acknowledged are known when they come again, also where nothing of them was kept', async () => {
    const { ground, client } = await open({ streams: { find: () => streamOfIds() } })
    const sender = client('secret readings p')
    sender.send(line(1, 'a'))
    await sender.next(({ lines }) => lines === 1)
    sender.send('\n\n\n')
    await sender.next(({ lines }) => lines === 4)
    expect(await client('secret readings p').next()).toMatchObject({ lines: 4 })
    expect(await client('secret readings p').end(line(1, 'a'))).toMatchObject({ lines: 5, accepted: 0, repeated: 1 })
    expect(await client('secret readings p').next()).toMatchObject({ lines: 5 })
    expect(await valuesIn(ground)).toEqual([1])
  })

  it('of producers are kept once, whatever happens to their connections', async () => {
    const { ground, client } = await open()
    const seed = randomInt(2 ** 31)
    const random = new Random(seed)
    const count = 3000
    let cuts = 0
    async function produce(producer: string): Promise<void> {
      for (let durable = 0; durable < count; ) {
        const sender = client(`secret readings ${producer}`)
        const known = Number((await sender.next())?.['lines'] ?? 0)
        for (let value = known; value < count && !sender.socket.destroyed; ) {
          const upTo = Math.min(count, value + 1 + random.below(400))
          sender.send(Array.from({ length: upTo - value }, (_, i) => line(value + i, producer)).join(''))
          value = upTo
          // Cut with lines on their way and answers not read, or taken over by another connection of the same producer.
          if (cuts < 6 || random.below(5) === 0) {
            cuts++
            if (random.below(2) === 0) sender.socket.destroy()
            break
          }
          if (random.below(2) === 0) await sender.next(({ lines }) => Number(lines) > known)
        }
        if (random.below(2) === 0) await Promise.race([sender.end(), new Promise((resolve) => setTimeout(resolve, 5))])
        durable = Number((await client(`secret readings ${producer}`).next())?.['lines'])
      }
    }
    await Promise.all(['a', 'b', 'c'].map(produce))
    for (const producer of ['a', 'b', 'c']) {
      const values = (await ground.rows()).filter(({ sensor }) => sensor === producer).map(({ value }) => value)
      expect(values, `seed ${seed}`).toEqual(Array.from({ length: count }, (_, i) => i))
    }
    expect(cuts).toBeGreaterThanOrEqual(6)
  })
})

function never(): never {
  throw new Error('no stream')
}
