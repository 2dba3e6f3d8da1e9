import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { MillraceClient, operations } from '@millrace/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readings } from '../plans.ts'
import { World } from '../world.ts'
import { apiPage, type OpenApi } from './api-page.ts'

let world: World
let client: MillraceClient
let key: string

beforeEach(async () => {
  world = new World()
  await world.open({ workers: 0, durability: 'os' })
  key = await world.tenant('acme')
  client = new MillraceClient({ url: world.platform.address, key })
  await client.declareStream('readings', { declaration: readings })
})
afterEach(() => world.end())

test('every route of the OpenAPI document is an operation, and every operation is there', async () => {
  const { body } = await world.ask('GET', '/v1/openapi.json')
  const { paths } = body as { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>> }
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
  )
  const wanted = Object.entries(operations).map(([name, { method, path }]) => `${method} ${path} ${name}`)
  expect(found.sort()).toEqual(wanted.sort())
})

test('docs/api.md is what the server says of itself', async () => {
  const page = new URL('../../../../docs/api.md', import.meta.url)
  const { body } = await world.ask('GET', '/v1/openapi.json')
  const text = apiPage(body as OpenApi)
  if (process.env['UPDATE'] !== undefined) writeFileSync(page, text)
  expect(readFileSync(page, 'utf8')).toBe(text)
})

test('records that were sent are read, page by page', async () => {
  const sent = Array.from({ length: 25 }, (_, at) => ({ sensor: at % 3, at: 1000 * at, value: at / 2 }))
  const receipt = await client.sendRecords('readings', sent)
  expect(receipt).toMatchObject({ accepted: 25, rejected: 0, duplicate: false })
  const values: unknown[] = []
  for (let from: number | 'begin' = 'begin'; values.length < 25; ) {
    const { items, next } = await client.readRecords('readings', { from, limit: 10 })
    values.push(...items.map(({ value }) => value))
    from = next
  }
  expect(values).toEqual(sent.map(({ value }) => value))
})

test('records are sent as they are made, however many', async () => {
  const made = async function* () {
    for (let at = 0; at < 40; at++) yield Buffer.from(Array.from({ length: 500 }, (_, row) => `{"sensor":1,"at":${at * 500 + row},"value":1}\n`).join(''))
  }
  expect(await client.sendRecords('readings', made(), { format: 'declared' })).toMatchObject({
    accepted: 20_000,
    rejected: 0,
    sequences: [1, 20_000],
  })
})

test('what does not fit is told and read back as a dead letter', async () => {
  const { rejections } = await client.sendRecords('readings', '{"sensor":1,"at":1,"value":"warm"}\n')
  expect(rejections).toMatchObject([{ record: 1, column: 'value' }])
  const { items } = await client.readDeadLetters('readings')
  expect(items).toMatchObject([{ column: 'value', text: '{"sensor":1,"at":1,"value":"warm"}' }])
})

test('an error has its code, what to do, and issues', async () => {
  await expect(client.getApp('none')).rejects.toMatchObject({ code: 'APP_UNKNOWN', status: 404 })
  const error = await client.declareStream('other', { declaration: { ...readings, time: 'nothing' } }).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'STREAM_INVALID', issues: [{ path: expect.stringContaining('declaration') }] })
})

test('whatever happens to connections, every record is there once, and seen once by who follows', async () => {
  const cutting = await cuttingProxy(Number(new URL(world.platform.address).port))
  const bodies = 40
  const through = new MillraceClient({ url: `http://127.0.0.1:${cutting.port}`, key, retries: { tries: 60, firstDelayMs: 1, mostDelayMs: 4 } })
  const ended = new AbortController()
  const seen: unknown[] = []
  const following = (async () => {
    for await (const { row } of through.followRecords('readings', { from: 'begin', signal: ended.signal })) {
      seen.push(row['value'])
      if (row['value'] === -1) ended.abort()
    }
  })()
  const wanted: number[] = []
  for (let body = 0; body < bodies; body++) {
    const records = Array.from({ length: 20 }, (_, at) => ({ sensor: 1, at: 1000, value: body * 20 + at }))
    wanted.push(...records.map(({ value }) => value))
    await through.sendRecords('readings', records)
  }
  await client.sendRecords('readings', [{ sensor: 1, at: 1000, value: -1 }])
  cutting.spare()
  await following
  await cutting.close()
  expect(seen).toEqual([...wanted, -1])
  expect(cutting.cuts()).toBeGreaterThan(0)
}, 20_000)

/** Lets bytes through to a port and cuts every connection somewhere. */
async function cuttingProxy(port: number) {
  let cuts = 0
  let spares = false
  const sockets = new Set<Socket>()
  const server: Server = createServer((from) => {
    const to = connect(port, '127.0.0.1')
    let left = 200 + Math.floor(Math.random() * 8000)
    const cut = (): void => {
      cuts++
      from.destroy()
      to.destroy()
    }
    for (const [one, another] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one)
      one.on('error', () => another.destroy())
      one.on('close', () => {
        sockets.delete(one)
        another.destroy()
      })
      one.on('data', (bytes) => {
        left -= bytes.length
        if (left < 0 && !spares) cut()
        else another.write(bytes)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { readonly port: number }).port,
    cuts: () => cuts,
    spare: () => {
      spares = true
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
