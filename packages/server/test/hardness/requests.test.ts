import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { operations } from '@millrace/api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { counts, readings } from '../plans.ts'
import { World } from '../world.ts'

const world = new World()
let key = ''
let port = 0
beforeAll(async () => {
  await world.open({ workers: 0, requestSeconds: 1, requestsPerSecond: 100_000 })
  key = await world.tenant('acme')
  port = Number(new URL(world.platform.address).port)
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
})
afterAll(() => world.end())

interface Raw {
  readonly socket: Socket
  /** All that was answered until the connection was closed. */
  readonly answer: Promise<string>
}

function raw(bytes: string | Uint8Array): Raw {
  const socket = connect(port, '127.0.0.1')
  const pieces: Buffer[] = []
  socket.on('data', (piece) => pieces.push(piece))
  socket.on('error', () => {})
  socket.write(bytes)
  return { socket, answer: new Promise((resolve) => socket.on('close', () => resolve(Buffer.concat(pieces).toString()))) }
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
const head = (rest: string): string => `GET /v1/streams HTTP/1.1\r\nhost: x\r\n${rest}\r\n`
const works = async (): Promise<void> => expect((await world.ask('GET', '/v1/streams', { key })).status).toBe(200)

it('what is no request is refused with a problem, or the connection is closed; others are served', async () => {
  const posts = `POST /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
  const cases: Readonly<Record<string, string | Uint8Array>> = {
    garbage: Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37) % 256)),
    'a TLS greeting': Buffer.from('1603010200010001fc0303', 'hex'),
    'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'no such method': 'FETCH / HTTP/1.1\r\nhost: x\r\n\r\n',
    'no host': 'GET /health HTTP/1.1\r\n\r\n',
    'an address of 64 KiB': `GET /${'x'.repeat(65_536)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    'a header of 64 KiB': head(`x: ${'x'.repeat(65_536)}\r\n`),
    'a thousand headers': head(Array.from({ length: 3000 }, (_, at) => `x${at}: 1\r\n`).join('')),
    'a header with a line feed in it': head('a: b\rc: d\r\n'),
    'two lengths': `${posts}content-length: 3\r\ncontent-length: 4\r\n\r\n{}`,
    'a length and chunks': `${posts}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a negative length': `${posts}content-length: -1\r\n\r\n`,
    'a chunk that is none': `${posts}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    'an unknown coding': `${posts}transfer-encoding: fast\r\n\r\n{}`,
  }
  for (const [name, bytes] of Object.entries(cases)) {
    const answer = await raw(bytes).answer
    const status = statusOf(answer)
    expect(status === 0 || (status >= 400 && status < 500), `${name}: ${answer.slice(0, 200)}`).toBe(true)
    // Node answers what names no host by itself.
    if (status !== 0 && name !== 'no host') expect(answer, name).toMatch(/"code":"REQUEST_|"code":"ROUTE_UNKNOWN"/)
  }
  await works()
})

it('addresses that cannot be read, and methods that there are not, are refused with a problem', async () => {
  const code = async (method: string, path: string): Promise<unknown> => {
    const { status, body, headers } = await world.ask(method, path, { key })
    return [status, (body as { code: string }).code, headers.get('allow')]
  }
  expect(await code('GET', '/v1/streams/%zz')).toEqual([400, 'REQUEST_UNREADABLE', null])
  expect(await code('GET', `/v1/streams/${'x'.repeat(300)}`)).toEqual([400, 'REQUEST_UNREADABLE', null])
  expect(await code('GET', '/v1/../../etc/passwd')).toEqual([404, 'ROUTE_UNKNOWN', null])
  expect(await code('DELETE', '/v1/streams')).toEqual([405, 'METHOD_UNKNOWN', 'GET, HEAD'])
  expect(await code('PROPFIND', '/v1/keys/x')).toEqual([405, 'METHOD_UNKNOWN', 'DELETE'])
})

it('who sends its headers or its body byte by byte is disconnected, others are served meanwhile', async () => {
  const slow = Array.from({ length: 100 }, (_, at) => {
    const { socket, answer } = raw(
      at % 2 === 0
        ? 'GET /v1/streams HTTP/1.1\r\nhost: '
        : `POST /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    )
    const dripping = setInterval(() => socket.write(at % 2 === 0 ? 'x' : ' '), 100)
    socket.on('close', () => clearInterval(dripping))
    return answer
  })
  await works()
  const answers = await Promise.all(slow)
  expect(new Set(answers.map(statusOf))).toEqual(new Set([0, 408]))
}, 10_000)

it('requests that never end fill no memory: beyond a limit of bytes a key is refused, others are served', async () => {
  const { secret } = await world.key('acme', ['admin'])
  const post = `POST /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\ncontent-type: application/json\r\n`
  const held = Array.from({ length: 60 }, (_, at) => raw(`${post}${at % 2 === 0 ? 'content-length: 2000000' : 'transfer-encoding: chunked'}\r\n\r\n`))
  await works()
  const answers = await Promise.all(held.map(({ answer }) => answer))
  const refused = answers.filter((answer) => answer.includes('"code":"REQUESTS_AT_ONCE"'))
  expect(refused.length).toBe(60 - 32)
  expect(refused.every((answer) => statusOf(answer) === 429)).toBe(true)
  expect((await world.ask('POST', '/v1/keys', { key: secret, body: { scopes: ['read'] } })).status).toBe(201)
})

it('what no route is there for is answered before its body comes', async () => {
  for (const [method, path, code] of [
    ['POST', '/v1/nothing', 'ROUTE_UNKNOWN'],
    ['POST', '/health', 'METHOD_UNKNOWN'],
  ]) {
    const { answer } = raw(`${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n{`)
    expect(await answer).toContain(`"code":"${code}"`)
  }
})

it('requests that come at once are answered in their order', async () => {
  const count = 200
  const authorized = `host: x\r\nauthorization: Bearer ${key}\r\n`
  const requests = Array.from({ length: count }, (_, at) => `GET /v1/streams?after=s${at}x&limit=${at < 100 ? 10 : 'x'} HTTP/1.1\r\n${authorized}\r\n`)
  const answer = await raw(`${requests.join('')}GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`).answer
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
  expect(statuses).toEqual([...Array.from({ length: 100 }, () => 200), ...Array.from({ length: 100 }, () => 400), 200])
})

it('whatever JSON is sent anywhere, it is no fault of the server, and nothing of it stays', async () => {
  // Questions to the history begin a process each: Schemathesis asks them.
  const writes = Object.values(operations).filter(({ method, path }) => method !== 'GET' && method !== 'DELETE' && !/\/records$|\/history\//.test(path))
  const names = fc.constantFrom('readings', 'counts', 'x', '__proto__', 'constructor', '%00', '..%2f..', 'é'.repeat(60))
  const bodies = {
    declaration: readings,
    plan: counts,
    scopes: ['read'],
    name: 'x',
    params: { least: 1 },
    quotas: {},
    app: 'counts',
    output: 'counts',
    version: 1,
  }
  const members = fc.constantFrom(...Object.keys(bodies), 'retention', 'history', 'url', 'sql', 'savepoint', 'from', 'label', 'expiresMs', 'untilMs')
  const values = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom<unknown>(...Object.values(bodies), 1e308, -1, '', '\u0000', 'x'.repeat(5000)))
  const body = fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(members, values, { maxKeys: 5 }).map((some) => JSON.stringify({ ...bodies, ...some })) },
    { weight: 2, arbitrary: fc.dictionary(members, values, { maxKeys: 5 }).map((some) => JSON.stringify(some)) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...writes), names, body, async ({ method, path }, name, text) => {
      const { status, body: answered } = await world.ask(method, path.replace(/\{\w+\}/g, name), { key, body: text })
      expect(status, JSON.stringify(answered)).toBeLessThan(500)
    }),
    { numRuns: 60 },
  )
  await works()
}, 30_000)

it('the connection of a refused request goes on behind its body, unless that is long or from a stranger', async () => {
  const post = (name: string, bytes: number, by = key): string =>
    `POST /v1/streams/${name}/records HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${by}\r\ncontent-type: text/csv\r\ncontent-length: ${bytes}\r\n\r\n`
  const { socket, answer } = raw(post('unknown', 1000))
  expect(statusOf(String((await once(socket, 'data'))[0]))).toBe(404)
  socket.write(`${'x'.repeat(1000)}GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  expect((await answer).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200'])
  expect(await raw(post('unknown', 2 << 20)).answer).toMatch(/^HTTP\/1\.1 404.*connection: close/s)
  expect(await raw(post('readings', 1000, 'mrk_stranger')).answer).toMatch(/^HTTP\/1\.1 401.*connection: close/s)
})
