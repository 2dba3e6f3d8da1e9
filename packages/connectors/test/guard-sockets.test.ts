import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AllowedAddresses } from '../src/guard/allowed-addresses.ts'
import { guardSockets } from '../src/guard/guard-sockets.ts'

// This file has a process of its own (vitest.config.ts): the guard stays in it.
guardSockets(new AllowedAddresses(['127.0.0.2']))

let server: Server
let port = 0
let taken = 0

beforeAll(async () => {
  server = createServer(() => taken++).listen(0, '0.0.0.0')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const outcome = async (socket: Socket): Promise<string> => {
  try {
    await once(socket, 'connect')
    return 'connected'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.destroy()
  }
}

it.each<[string, () => Socket]>([
  ['an address', () => connect({ host: '127.0.0.1', port })],
  ['a name', () => connect({ host: 'localhost', port })],
  ['no host', () => connect({ port })],
  ['a port alone', () => connect(port)],
  ['a port and a host', () => connect(port, '127.0.0.1')],
  ['a socket made before', () => new Socket().connect(port, 'localhost')],
  ['TLS to an address', () => connectTls({ host: '127.0.0.1', port })],
  ['TLS to a name', () => connectTls({ host: 'localhost', port })],
  ['TLS to a port and a host', () => connectTls(port, '127.0.0.1', { rejectUnauthorized: false })],
  ['a lookup of its own', () => connect({ host: 'example.org', port, lookup: (_host, _options, answer) => answer(null, '127.0.0.1', 4) })],
  ['a local socket', () => connect({ path: '/tmp/millrace-none.sock' })],
  ['a local socket by its path', () => connect('/tmp/millrace-none.sock')],
])('what is not allowed is not connected to: %s', async (_, open) => {
  const before = taken
  expect(await outcome(open())).toMatch(/OUTGOING_REFUSED|ENOTFOUND|EAI_AGAIN/)
  expect(taken).toBe(before)
})

it('what is allowed is connected to', async () => {
  expect(await outcome(connect({ host: '127.0.0.2', port }))).toBe('connected')
  expect(await outcome(connect(port, '127.0.0.2'))).toBe('connected')
})
