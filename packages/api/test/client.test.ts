import type { IncomingMessage, ServerResponse } from 'node:http'
import { MillraceClient, operations, RequestFailed } from '@millrace/api'
import { afterEach, expect, test } from 'vitest'
import { Answering, json } from './answering.ts'

const problem = (status: number, code = 'LOG_BUSY') => ({ type: 'about:blank', title: 'It is so.', status, detail: 'Do that.', code, issues: [] })
const receipt = { accepted: 1, rejected: 0, duplicate: false, sequences: [1, 1], rejections: [] }
const fast = { firstDelayMs: 1, mostDelayMs: 5 }

let server: Answering | null = null
afterEach(() => server?.close())

async function clientOf(answer: (response: ServerResponse, attempt: number, request: IncomingMessage) => void, more: { readonly timeoutMs?: number } = {}) {
  server = await new Answering(answer).open()
  return { client: new MillraceClient({ url: server.url, key: 'mrk_x', retries: fast, ...more }), asked: server.asked }
}

test('an operation is a method, and a method an operation, or its answer as something else', () => {
  const methods = Object.getOwnPropertyNames(MillraceClient.prototype).filter((name) => !['constructor', 'all', 'nextOf', 'sendStreamed'].includes(name))
  expect([...new Set(methods.map((name) => name.replace(/As$/, '')))].sort()).toEqual(Object.keys(operations).sort())
})

test('an error is its code, what to do, and all issues', async () => {
  const issues = [{ code: 'NAME', path: 'plan.name', message: 'It has none.' }]
  const { client } = await clientOf((response) => json(response, 422, { ...problem(422, 'APP_REFUSED'), issues }))
  const error = await client.getApp('x').catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(RequestFailed)
  expect(error).toMatchObject({ code: 'APP_REFUSED', status: 422, message: 'It is so.', action: 'Do that.', issues })
})

test('an answer of something between is an error too', async () => {
  const { client, asked } = await clientOf((response) => response.writeHead(404).end('<h1>nothing</h1>'))
  await expect(client.getApp('x')).rejects.toMatchObject({ code: 'HTTP_404', status: 404, action: '<h1>nothing</h1>' })
  expect(asked).toHaveLength(1)
})

test('records are sent until they are acknowledged, each time under the same number', async () => {
  const { client, asked } = await clientOf((response, attempt) => {
    if (attempt === 1) response.destroy()
    else if (attempt === 2) json(response, 503, problem(503))
    else if (attempt === 3) response.writeHead(200, { 'content-length': 1000 }).write('{"acc', () => response.destroy())
    else json(response, 200, receipt)
  })
  expect(await client.sendRecords('alarms', [{ a: 1 }, { a: 2 }])).toEqual(receipt)
  await client.sendRecords('alarms', 'a\n1\n', { format: 'csv' })
  const numbers = asked.map(({ headers }) => [headers['millrace-producer'], headers['millrace-sequence']])
  const id = numbers[0]?.[0]
  expect(numbers).toEqual([...Array.from({ length: 4 }, () => [id, '0']), [id, '1']])
  expect(new Set(asked.slice(0, 4).map(({ body }) => body))).toEqual(new Set(['{"a":1}\n{"a":2}\n']))
  expect(asked[4]).toMatchObject({ body: 'a\n1\n', headers: { 'content-type': 'text/csv', authorization: 'Bearer mrk_x' } })
})

test('a body that waits for its next try is not left behind by those that are sent meanwhile', async () => {
  const first = Promise.withResolvers<ServerResponse>()
  const { client, asked } = await clientOf((response, attempt) => {
    if (attempt === 1) first.resolve(response)
    else json(response, 200, receipt)
  })
  const held = client.sendRecords('alarms', '0')
  const response = await first.promise
  await Promise.all(Array.from({ length: 300 }, (_, at) => client.sendRecords('alarms', String(at + 1))))
  json(response, 503, problem(503))
  await held
  const numbers = asked.map(({ headers, body }) => ({ body, id: headers['millrace-producer'], sequence: Number(headers['millrace-sequence']) }))
  const own = numbers.filter(({ body }) => body === '0')
  expect(own).toHaveLength(2)
  expect(own[1]).toEqual(own[0])
  expect(Math.max(...numbers.filter(({ id }) => id === own[0]?.id).map(({ sequence }) => sequence))).toBeLessThan(128)
  expect(new Set(numbers.map(({ id, sequence }) => `${id} ${sequence}`)).size).toBe(301)
})

test('what may not be done twice is sent again under the same idempotency key, another request under another', async () => {
  const { client, asked } = await clientOf((response) => response.destroy())
  for (const name of ['acme', 'other']) await expect(client.createTenant({ name })).rejects.toMatchObject({ code: 'UNREACHABLE' })
  const keys = asked.map(({ headers, body }) => [headers['idempotency-key'], body])
  expect(new Set(keys.map((pair) => JSON.stringify(pair))).size).toBe(2)
  expect(asked.length).toBeGreaterThan(2)
})

test('what does not pass is not tried again', async () => {
  const { client, asked } = await clientOf((response) => json(response, 409, problem(409, 'STREAM_USED')))
  await expect(client.deleteStream('alarms')).rejects.toMatchObject({ code: 'STREAM_USED' })
  expect(asked).toHaveLength(1)
})

test('the wait that the server asks for is kept', async () => {
  const { client } = await clientOf((response, attempt) =>
    attempt === 1 ? json(response, 429, problem(429), { 'retry-after': '1' }) : json(response, 200, receipt),
  )
  const began = performance.now()
  await client.sendRecords('alarms', [{}])
  expect(performance.now() - began).toBeGreaterThan(950)
})

test('who does not answer in time is unreachable', async () => {
  const { client } = await clientOf(() => {}, { timeoutMs: 50 })
  await expect(client.createTenant({ name: 'acme' })).rejects.toMatchObject({ code: 'UNREACHABLE', status: 0 })
})

test('names are written so that a path stays what it is', async () => {
  const { client, asked } = await clientOf((response) => json(response, 200, {}))
  await client.getStream('a/b?c#d')
  expect(asked[0]?.url).toBe('/v1/streams/a%2Fb%3Fc%23d')
})

test('a list is read to its end', async () => {
  const { client, asked } = await clientOf((response, attempt) =>
    json(response, 200, { items: [{ name: `app${attempt}` }], next: attempt < 3 ? `app${attempt}` : null }),
  )
  const names: string[] = []
  for await (const { name } of client.all((page) => client.listApps(page))) names.push(name)
  expect(names).toEqual(['app1', 'app2', 'app3'])
  expect(asked.map(({ url }) => url)).toEqual(['/v1/apps', '/v1/apps?after=app1', '/v1/apps?after=app2'])
})

test('following goes on behind the last row, whatever happens to the connection', async () => {
  const rows = 30
  const { client } = await clientOf((response, attempt, { headers }) => {
    if (attempt % 5 === 0) return json(response, 503, problem(503))
    const from = Number(headers['last-event-id'] ?? -1) + 1
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('retry: 1\n\n')
    const upTo = Math.min(rows, from + (attempt % 4))
    for (let id = from; id < upTo; id++) response.write(`id: ${id}\ndata: {"row":${id}}\n\n`)
    // Half an event is none.
    if (attempt % 3 === 0) response.write(`id: ${upTo}\ndata: {"row`)
    response.end()
  })
  const ended = new AbortController()
  const seen: unknown[] = []
  for await (const { row } of client.followRecords('alarms', { from: 'begin', signal: ended.signal })) {
    seen.push(row['row'])
    if (seen.length === rows) ended.abort()
  }
  expect(seen).toEqual(Array.from({ length: rows }, (_, row) => row))
})

test('following ends where it may not go on', async () => {
  const { client } = await clientOf((response, attempt) => {
    if (attempt > 1) return json(response, 401, problem(401, 'KEY_REQUIRED'))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 1\nid: 1\ndata: {}\n\n')
  })
  const seen: string[] = []
  const following = (async () => {
    for await (const { id } of client.followResults('app', 'alerts')) seen.push(id)
  })()
  await expect(following).rejects.toMatchObject({ code: 'KEY_REQUIRED' })
  expect(seen).toEqual(['1'])
})
