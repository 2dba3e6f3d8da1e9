import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { DeliveryPage, Problem, Sink, SinkList, Source, SourceList, Stream } from '@millrace/api/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { counts, readings } from '../plans.ts'
import { World } from '../world.ts'

const password = 'hunter2-hunter2-hunter2'
const world = new World()
let key = ''
/** Takes connections and says nothing. */
let silent: Server

beforeAll(async () => {
  silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  key = await world.openWith(counts, readings, { workers: 1 })
})
afterAll(async () => {
  await world.end()
  silent.close()
})

const rabbitmq = { host: '127.0.0.1', user: 'acme', password, queue: 'readings' }
const postgresql = { host: '127.0.0.1', database: 'acme', user: 'acme', password, table: 'counts' }
const of = { app: 'counts', output: 'counts' }
const make = (path: string, body: unknown) => world.ask('POST', `/v1/${path}`, { key, body })
const codeOf = ({ body }: { readonly body: unknown }): string => (body as Problem).code

describe('a source or sink', () => {
  it('that leads to an address which the operator has not allowed says so, and is tried again', async () => {
    await make('sources/private', { stream: 'readings', rabbitmq })
    await make('sinks/private', { of, postgresql: { ...postgresql, host: 'localhost' } })
    for (const path of ['sources/private', 'sinks/private'])
      await expect
        .poll(async () => ((await world.ask('GET', `/v1/${path}`, { key })).body as Source | Sink).failing)
        .toMatchObject({ reason: expect.stringMatching(/127\.0\.0\.1|::1/) })
  })

  it('shows its settings without what is secret, and no file or answer holds that', async () => {
    const made = await make('sources/secret', { stream: 'readings', rabbitmq: { ...rabbitmq, tls: { privateKey: password, serverName: 'b' } } })
    expect(made).toMatchObject({ status: 201, body: { name: 'secret', system: 'rabbitmq', stream: 'readings', paused: false } })
    expect((made.body as Source).settings).toEqual({ host: '127.0.0.1', user: 'acme', queue: 'readings', tls: { serverName: 'b' } })
    const { items } = (await world.ask('GET', '/v1/sources', { key })).body as SourceList
    expect(JSON.stringify(items)).not.toContain(password)
    const audit = await world.ask('GET', '/v1/audit', { key })
    expect(JSON.stringify(audit.body)).not.toContain(password)
    for (const file of ['control.sqlite', 'control.sqlite-wal']) expect(readFileSync(join(world.data, file)).includes(password)).toBe(false)
  })

  it('rests when it is told to, goes on when it is told to, and takes new settings of its system', async () => {
    await make('sinks/resting', { of, postgresql, from: 'begin' })
    const change = (body: unknown) => world.ask('PATCH', '/v1/sinks/resting', { key, body })
    expect((await change({ paused: true })).body).toMatchObject({ paused: true, failing: null, position: 0 })
    expect((await change({ paused: false, postgresql: { ...postgresql, database: 'other' } })).body).toMatchObject({
      paused: false,
      settings: { database: 'other' },
    })
    expect(codeOf(await change({ mongodb: { servers: ['h:1'], database: 'd', collection: 'c' } }))).toBe('CONNECTOR_SYSTEM')
  })

  it('is the same after a restart', async () => {
    const { items } = (await world.ask('GET', '/v1/sinks', { key })).body as SinkList
    await world.restart({ workers: 1 })
    const after = ((await world.ask('GET', '/v1/sinks', { key })).body as SinkList).items
    const kept = (sinks: readonly Sink[]) => sinks.map(({ failing: _, ...rest }) => rest)
    expect(kept(after)).toEqual(kept(items))
  })

  it.each([
    ['sources/none', { stream: 'readings' }, 'CONNECTOR_SYSTEM'],
    ['sources/two', { stream: 'readings', rabbitmq, kafka: { brokers: ['h:1'], topic: 't' } }, 'CONNECTOR_SYSTEM'],
    ['sources/lost', { stream: 'nothing', rabbitmq }, 'STREAM_UNKNOWN'],
    ['sources/secret', { stream: 'readings', rabbitmq }, 'SOURCE_EXISTS'],
    ['sources/1st', { stream: 'readings', rabbitmq }, 'CONNECTOR_NAME'],
    ['sinks/lost', { of: { app: 'counts', output: 'nothing' }, postgresql }, 'OUTPUT_UNKNOWN'],
    ['sinks/late', { of: { app: 'counts', late: 'nothing' }, postgresql }, 'LATE_UNKNOWN'],
    ['sinks/dead', { of: { deadLetters: 'nothing' }, postgresql }, 'STREAM_UNKNOWN'],
    ['sinks/table', { of, postgresql: { ...postgresql, table: 'a;b' } }, 'REQUEST_INVALID'],
    // They would be options of a connection: to trust every certificate, to read a file of the platform, to go elsewhere.
    ['sinks/options', { of, mongodb: { servers: ['h?tlsInsecure=true&appName=:1'], database: 'd', collection: 'c' } }, 'REQUEST_INVALID'],
    ['sinks/path', { of, mongodb: { servers: ['%2Ftmp%2Fa.sock:1'], database: 'd', collection: 'c' } }, 'REQUEST_INVALID'],
    ['sinks/hosts', { of, postgresql: { ...postgresql, host: 'a,b' } }, 'REQUEST_INVALID'],
    ['sinks/misspelt', { of, postgresql: { ...postgresql, tabel: 'a' } }, 'REQUEST_INVALID'],
  ])('%s of %j is refused: %s', async (path, body, code) => {
    expect(codeOf(await make(path, body))).toBe(code)
  })

  it('that keeps silent holds up neither the others nor the end of the server', async () => {
    await world.restart({ workers: 1, outgoingAllow: '127.0.0.1' })
    const { port } = silent.address() as AddressInfo
    const connected = once(silent, 'connection')
    await make('sources/silent', { stream: 'readings', rabbitmq: { ...rabbitmq, port } })
    await connected
    const began = performance.now()
    await world.restart({ workers: 1 })
    expect(performance.now() - began).toBeLessThan(8000)
  })

  it('is a way in or out of its stream or output, with its guarantee', async () => {
    const { waysIn } = (await world.ask('GET', '/v1/streams/readings', { key })).body as Stream
    expect(waysIn).toContainEqual(expect.objectContaining({ name: 'rabbitmq', where: 'secret', guarantee: 'at-least-once' }))
    const { items } = (await world.ask('GET', '/v1/apps/counts/delivery?limit=1000', { key })).body as DeliveryPage
    expect(items).toContainEqual(expect.objectContaining({ wayIn: 'http-producer', wayOut: 'postgresql', whereOut: 'resting', guarantee: 'exactly-once' }))
    expect(items).toContainEqual(expect.objectContaining({ wayIn: 'rabbitmq', wayOut: 'postgresql', guarantee: 'at-least-once' }))
  })

  it('that would break what an app demands is refused', async () => {
    const delivery = { guarantee: 'exactly-once', waysIn: ['http-producer', 'rabbitmq', 'kafka'], waysOut: ['postgresql', 'rabbitmq', 'kafka'] }
    await world.ask('PUT', '/v1/streams/strict', { key, body: { declaration: readings } })
    const read = counts.operators.map((operator) => (operator.kind === 'read' ? { ...operator, stream: 'strict' } : operator))
    const plan = {
      ...counts,
      name: 'strict',
      streams: { strict: readings },
      operators: read,
      delivery: { ...delivery, waysIn: ['http-producer', 'kafka'], waysOut: ['postgresql', 'kafka'] },
    }
    expect((await world.ask('PUT', '/v1/apps/strict', { key, body: { plan } })).status).toBe(201)
    const wide = { ...plan, delivery: { ...delivery, waysIn: undefined } }
    expect(codeOf(await world.ask('PUT', '/v1/apps/strict', { key, body: { plan: wide } }))).toBe('APP_DELIVERY')
    expect((await make('sources/strict', { stream: 'strict', rabbitmq })).status).toBe(201)
    expect((await make('sinks/strict', { of: { app: 'strict', output: 'counts' }, rabbitmq: { host: 'h.example', routingKey: 'r' } })).status).toBe(201)
    const demanding = {
      ...plan,
      name: 'demanding',
      delivery: { guarantee: 'exactly-once', waysIn: ['http-producer', 'kafka', 'folder'], waysOut: ['postgresql', 'rabbitmq'] },
    }
    expect(codeOf(await world.ask('PUT', '/v1/apps/demanding', { key, body: { plan: demanding } }))).toBe('APP_DELIVERY')
  })

  it('goes with what it kept when it is deleted', async () => {
    for (const path of ['sources/private', 'sinks/private', 'sinks/resting']) {
      expect((await world.ask('DELETE', `/v1/${path}`, { key })).status).toBe(204)
      expect((await world.ask('GET', `/v1/${path}`, { key })).status).toBe(404)
    }
    const { log } = world.platform.ground
    expect(log.streams('acme').filter(({ stream }) => /\/(private|resting)\//.test(stream))).toEqual([])
    expect(log.pins('acme').filter(({ name }) => /private|resting/.test(name))).toEqual([])
  })
})
