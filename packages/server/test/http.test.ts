import { connect } from 'node:net'
import type { Problem, Stream } from '@millrace/api/schemas'
import fc from 'fast-check'
import { fastify } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  await world.open({ workers: 0, requestDepth: 20, requestsPerSecond: 5 })
  key = await world.tenant('acme')
})
afterAll(() => world.end())

const problem = async (method: string, path: string, ask: object): Promise<readonly [number, string]> => {
  const { status, body, headers } = await world.ask(method, path, ask)
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(headers.get('request-id')).toBe((body as Problem).requestId)
  return [status, (body as Problem).code]
}

it('a route that declares no scope makes the start fail, wherever it stands', async () => {
  const { declareScopes } = await import('../src/http/declare-scopes.ts')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), fc.boolean(), async (declared, nested) => {
      const http = fastify()
      declareScopes(http)
      http.register(async (outer) => {
        const add = async (inner: typeof outer): Promise<void> => {
          for (const [at, isDeclared] of declared.entries()) inner.get(`/${at}`, isDeclared ? { config: { scopes: ['read'] } } : {}, async () => '')
        }
        if (nested) outer.register(add)
        else await add(outer)
      })
      const started = await http.ready().then(
        () => true,
        () => false,
      )
      expect(started).toBe(declared.every((isDeclared) => isDeclared))
    }),
    { numRuns: 30 },
  )
})

it('every answer that is an error is a problem of the catalogue', async () => {
  expect(await problem('GET', '/v1/nothing', { key })).toEqual([404, 'ROUTE_UNKNOWN'])
  expect(await problem('POST', '/v1/keys', { key, body: '{"a":' })).toEqual([400, 'REQUEST_UNREADABLE'])
  expect(await problem('POST', '/v1/keys', { key, body: '{"__proto__":{}}' })).toEqual([400, 'REQUEST_UNREADABLE'])
  expect(await problem('POST', '/v1/keys', { key, body: '['.repeat(21) })).toEqual([400, 'REQUEST_TOO_DEEP'])
  expect(await problem('POST', '/v1/keys', { key, body: `"${'x'.repeat(3 << 20)}"` })).toEqual([413, 'REQUEST_TOO_LARGE'])
  expect(await problem('POST', '/v1/keys', { key, body: 'x', headers: { 'content-type': 'text/css' } })).toEqual([415, 'REQUEST_MEDIA_TYPE'])
  expect(await problem('GET', '/v1/streams', {})).toEqual([400, 'TENANT_MISSING'])
})

it('everything that is wrong with a request is told at once', async () => {
  const { body } = await world.ask('POST', '/v1/keys', { key, body: { scopes: ['rule'], label: 7, colour: 'red' } })
  expect((body as Problem).issues.map(({ path }) => path).sort()).toEqual(['colour', 'label', 'scopes.0'])
})

it('health and readiness are told to anybody, by their status', async () => {
  expect(await world.ask('GET', '/health', { key: null })).toMatchObject({ status: 200, body: { state: 'ok' } })
  expect(await world.ask('GET', '/ready', { key: null })).toMatchObject({ status: 200, body: { ready: true } })
  const { addHealthRoutes } = await import('../src/http/health-routes.ts')
  const http = fastify()
  addHealthRoutes({ ...world.platform.ground, http: http as never, isReady: () => false, isFailing: () => true })
  const answers = await Promise.all(['/health', '/ready'].map((path) => http.inject(path)))
  expect(answers.map((answer) => [answer.statusCode, answer.json()])).toMatchObject([
    [503, { state: 'failing' }],
    [503, { ready: false }],
  ])
})

it('brackets in texts are no depth', async () => {
  const { status } = await world.ask('POST', '/v1/keys', { key, body: { scopes: ['read'], label: `"\\${'['.repeat(100)}` } })
  expect(status).toBe(201)
})

it('whoever asks too often is told when to ask again, others are not hindered', async () => {
  const { secret } = await world.key('acme', ['read'])
  const answers = await Promise.all(Array.from({ length: 200 }, () => world.ask('GET', '/v1/streams', { key: secret })))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(50)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await world.ask('GET', '/v1/streams', { key })).status).toBe(200)
})

it('the document is JSON Schema of today: no list has a list of schemas for its items', async () => {
  const { body } = await world.ask('GET', '/v1/openapi.json', { key: null })
  let lists = 0
  JSON.parse(JSON.stringify(body), (_name, value: { type?: unknown; items?: unknown }) => {
    if (value?.type !== 'array') return value
    lists++
    expect(Array.isArray(value.items)).toBe(false)
    return value
  })
  expect(lists).toBeGreaterThan(20)
})

it('the document says of every route whether it needs a key, and names the operations', async () => {
  const { body } = await world.ask('GET', '/v1/openapi.json', { key: null })
  const { paths } = body as { paths: Record<string, Record<string, { operationId?: string; security?: unknown[] }>> }
  const described = Object.values(paths).flatMap((path) => Object.values(path))
  expect(described.length).toBeGreaterThan(20)
  for (const { security } of described) expect(Array.isArray(security)).toBe(true)
  expect(described.flatMap(({ operationId }) => operationId ?? [])).toEqual(expect.arrayContaining(['createKey', 'declareStream', 'sendRecords', 'deployApp']))
})

it('a server that closes lets a request under way end, and takes no other', async () => {
  const { port } = new URL(world.platform.address)
  const body = JSON.stringify({ declaration: readings })
  const socket = connect(Number(port), '127.0.0.1')
  let answer = ''
  socket.on('data', (bytes) => {
    answer += bytes
  })
  const ended = new Promise((resolve) => socket.on('close', resolve))
  const head = `PUT /v1/streams/late HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  await new Promise<void>((resolve) => socket.write(head + body.slice(0, 10), () => resolve()))
  // Answered by the server, so the request before it has arrived.
  await world.ask('GET', '/health')
  const closed = world.platform.close()
  socket.write(body.slice(10))
  await closed
  await ended
  expect(answer).toMatch(/^HTTP\/1.1 201 /)
  await expect(world.ask('GET', '/health')).rejects.toThrow()
  await world.open({ workers: 0 })
  expect((await world.ask('GET', '/v1/streams/late', { key })).status).toBe(200)
})

it('a body that never ends holds up the end for so long and no longer; its whole records are kept', async () => {
  const another = new World()
  await another.open({ workers: 0, shutdownSeconds: 1 })
  const own = await another.tenant('acme')
  await another.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings } })
  const socket = connect(Number(new URL(another.platform.address).port), '127.0.0.1')
  socket.on('error', () => {})
  const ended = new Promise((resolve) => socket.resume().on('close', resolve))
  const line = lines([1, 1])
  const head = `POST /v1/streams/readings/records HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${own}\r\ntransfer-encoding: chunked\r\n\r\n`
  socket.write(`${head}${line.length.toString(16)}\r\n${line}\r\n2\r\n{"\r\n`)
  const rows = async (): Promise<unknown> => ((await another.ask('GET', '/v1/streams/readings', { key: own })).body as Stream).figures.rows
  await expect.poll(rows).toBe(1)
  const began = performance.now()
  await another.platform.close()
  expect(performance.now() - began).toBeGreaterThan(900)
  expect(performance.now() - began).toBeLessThan(4000)
  await ended
  await another.open({ workers: 0 })
  expect(await rows()).toBe(1)
  await another.end()
})

it('a connection that no request came over does not hold up the end', async () => {
  const another = new World()
  await another.open({ workers: 0 })
  const socket = connect(Number(new URL(another.platform.address).port), '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  await another.ask('GET', '/health')
  const began = performance.now()
  await another.end()
  expect(performance.now() - began).toBeLessThan(3000)
})
