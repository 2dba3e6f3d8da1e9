import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Outgoing, type OutgoingOptions } from '../../src/outgoing/outgoing.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function portOf(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const body = new Uint8Array(Buffer.from('{"a":1}'))
const calling = (more: OutgoingOptions = {}): Outgoing => new Outgoing({ allow: ['127.0.0.1'], resolve: async () => ['127.0.0.1'], ...more })
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'none',
    ({ code }) => code,
  )

describe('an outgoing call', () => {
  it('goes to the address that was checked, under the name that was given', async () => {
    const seen: unknown[] = []
    const port = await portOf((request, answer) => {
      seen.push(request.headers.host, request.method, request.url, request.headers['x-test'])
      request.on('data', (bytes) => seen.push(String(bytes))).on('end', () => answer.writeHead(202).end('thanks'))
    })
    let asked = 0
    // The second answer would be another address.
    const resolve = async (): Promise<string[]> => [asked++ === 0 ? '127.0.0.1' : '10.0.0.1']
    const answer = await calling({ resolve }).post(`http://hooks.example:${port}/a?b=c`, { 'x-test': 'yes' }, body)
    expect([answer.status, answer.text, asked]).toEqual([202, 'thanks', 1])
    expect(seen).toEqual([`hooks.example:${port}`, 'POST', '/a?b=c', 'yes', '{"a":1}'])
  })

  it('does not follow redirects', async () => {
    let calls = 0
    const port = await portOf((_, answer) => {
      calls++
      answer.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()
    })
    expect((await calling().post(`http://hooks.example:${port}/`, {}, body)).status).toBe(307)
    expect(calls).toBe(1)
  })

  it('reads no more of an answer than it may, however long it is', async () => {
    const port = await portOf((_, answer) => {
      answer.writeHead(200)
      const write = (): void => {
        if (!answer.destroyed) answer.write('x'.repeat(10_000), () => setImmediate(write))
      }
      write()
    })
    expect((await calling({ maxAnswerBytes: 1000 }).post(`http://hooks.example:${port}/`, {}, body)).text).toBe('x'.repeat(1000))
  })

  it('ends at its time, wherever the other side stops', async () => {
    const silent = await portOf(() => {})
    expect(await codeOf(calling({ timeoutMs: 50 }).post(`http://hooks.example:${silent}/`, {}, body))).toBe('OUTGOING_TIMEOUT')
    const half = await portOf((_, answer) => answer.writeHead(200).write('h'))
    expect(await codeOf(calling({ timeoutMs: 50 }).post(`http://hooks.example:${half}/`, {}, body))).toBe('OUTGOING_TIMEOUT')
    const resolve = (): Promise<string[]> => new Promise(() => {})
    expect(await codeOf(calling({ timeoutMs: 50, resolve }).post('http://hooks.example/', {}, body))).toBe('OUTGOING_TIMEOUT')
  })

  it('fails where it is answered 101: nothing else is spoken on its connection', async () => {
    const port = await portOf(({ socket }) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'))
    const call = calling({ timeoutMs: 2000 }).post(`http://hooks.example:${port}/`, {}, body)
    await expect(call).rejects.toMatchObject({ code: 'OUTGOING_FAILED', context: { reason: 'it answered 101' } })
  })

  it('is refused where the host has an address that is not allowed, before anything is connected to', async () => {
    let calls = 0
    const port = await portOf(() => calls++)
    expect(await codeOf(new Outgoing({ resolve: async () => ['127.0.0.1'] }).post(`http://hooks.example:${port}/`, {}, body))).toBe('OUTGOING_REFUSED')
    expect(await codeOf(new Outgoing().post(`http://localhost:${port}/`, {}, body))).toBe('OUTGOING_REFUSED')
    expect(calls).toBe(0)
  })

  it('goes to the next address where one takes no connection, and sends what it has once', async () => {
    let calls = 0
    const port = await portOf((_, answer) => {
      calls++
      answer.writeHead(500).end()
    })
    const resolve = async (): Promise<string[]> => ['127.0.0.2', '127.0.0.1', '127.0.0.1']
    const answer = await calling({ allow: ['127.0.0.0/8'], resolve }).post(`http://hooks.example:${port}/`, {}, body)
    expect([answer.status, calls]).toEqual([500, 1])
  })

  it('says why it failed', async () => {
    const call = calling().post('http://hooks.example:1/', {}, body)
    await expect(call).rejects.toMatchObject({ code: 'OUTGOING_FAILED', context: { reason: 'ECONNREFUSED' } })
  })
})
