import { join } from 'node:path'
import { type Comparison, MillraceClient, type Problem } from '@millrace/api'
import type { Demand, Plan, StreamNode } from '@millrace/plan'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Path, pathsOf, type Ways } from '../src/apps/delivery-paths.ts'
import { waysIn } from '../src/gateways/ways-in.ts'
import { waysOut } from '../src/live/ways-out.ts'
import { freePort } from './free-port.ts'
import { counts, readings } from './plans.ts'
import { type Answer, World } from './world.ts'

const world = new World()
const settings = { workers: 0, folder: join(world.data, 'files') }
let client: MillraceClient
let key = ''

beforeAll(async () => {
  await world.open({ ...settings, mqttPort: await freePort() })
  key = await world.tenant('acme')
  client = new MillraceClient({ url: world.platform.address, key })
  await client.declareStream('readings', { declaration: readings })
  await client.deployApp('counts', { plan: counts })
})
afterAll(() => world.end())

const demanding = (delivery: Demand): Plan => ({ ...counts, delivery })
const deploy = (delivery: Demand, more: object = {}): Promise<Answer> =>
  world.ask('PUT', '/v1/apps/counts', { key, body: { plan: demanding(delivery), ...more } })
const hook = (name: string): Promise<Answer> =>
  world.ask('POST', `/v1/webhooks/${name}`, { key, body: { app: 'counts', output: 'counts', url: 'http://192.0.2.1/' } })
/** What is wrong, as code and ends: `DELIVERY_PATH_SHORT http counts pages`. */
const short = ({ body }: Answer): readonly string[] =>
  (body as Problem).issues.map(({ code, path, message }) => {
    const ends = /by (\S+).* to \S+ by ([\w-]+)/.exec(message)
    return ends === null ? `${code} ${path}` : `${ends[1]} ${ends[2]}`
  })
const paths = async (): Promise<readonly string[]> =>
  (await client.appDelivery('counts')).items.map(
    ({ wayIn, wayOut, whereOut, guarantee }) => `${wayIn} ${wayOut === 'webhooks' ? whereOut : wayOut} ${guarantee}`,
  )

it('paths lead only from streams whose records reach the output, and any part of their list can be had', () => {
  const operators: Plan['operators'] = [
    { kind: 'read', id: 'a', stream: 'first' },
    { kind: 'read', id: 'b', stream: 'second' },
    { kind: 'union', id: 'both', inputs: ['a', 'b'] },
  ]
  const plan: Plan = { ...counts, streams: { first: readings, second: readings }, operators, outputs: { a: 'a', both: 'both', none: 'gone' } }
  const { settings } = world.platform.ground
  const ways: Ways = {
    ofStream: () => waysIn(readings, settings, []),
    ofOutput: () => waysOut(settings, { webhooks: ['x'], files: [], sinks: [], history: false }),
  }
  const all = pathsOf(plan, ways, 0, 1000)
  const ends = ({ stream, output }: Path) => `${stream} ${output}`
  expect(new Set(all.map(ends))).toEqual(new Set(['first a', 'first both', 'second both']))
  expect(all).toHaveLength(3 * 5 * 5)
  for (let skip = 0; skip <= all.length; skip++) expect(pathsOf(plan, ways, skip, 3)).toEqual(all.slice(skip, skip + 3))
})

it('every open way in with every open way out is a path, and gives what its weakest end gives', async () => {
  expect(await paths()).toEqual([
    ...['pages exactly-once', 'events exactly-once', 'mqtt-qos-1 at-least-once', 'mqtt at-most-once', 'history exactly-once'].map(
      (out) => `http-producer ${out}`,
    ),
    ...['pages at-least-once', 'events at-least-once', 'mqtt-qos-1 at-least-once', 'mqtt at-most-once', 'history at-least-once'].map((out) => `http ${out}`),
    ...['pages at-least-once', 'events at-least-once', 'mqtt-qos-1 at-least-once', 'mqtt at-most-once', 'history at-least-once'].map(
      (out) => `mqtt-qos-1 ${out}`,
    ),
    ...['pages', 'events', 'mqtt-qos-1', 'mqtt', 'history'].map((out) => `mqtt ${out} at-most-once`),
    ...['pages exactly-once', 'events exactly-once', 'mqtt-qos-1 at-least-once', 'mqtt at-most-once', 'history exactly-once'].map((out) => `folder ${out}`),
  ])
  const { items } = await client.appDelivery('counts')
  expect(items[5]).toMatchObject({ stream: 'readings', output: 'counts', reason: 'a body that is sent again is kept again' })
  const pages = []
  for await (const item of client.all((page) => client.appDelivery('counts', { ...page, limit: 7 }))) pages.push(item)
  expect(pages).toEqual(items)
})

it('a demand that a path does not meet is refused, with all such paths, before anything is changed', async () => {
  const refused = await deploy({ guarantee: 'at-least-once' })
  expect(refused).toMatchObject({ status: 422, body: { code: 'APP_DELIVERY', title: 'The app counts demands at-least-once, which 9 path(s) do not give.' } })
  const [mqtt, ...others] = ['mqtt', 'http-producer', 'http', 'mqtt-qos-1', 'folder']
  const ofMqtt = ['pages', 'events', 'mqtt-qos-1', 'mqtt', 'history'].map((out) => `${mqtt} ${out}`)
  expect(short(refused)).toEqual([...ofMqtt, ...others.map((into) => `${into} mqtt`)])
  expect((refused.body as Problem).issues[0]?.message).toBe(
    'From readings by mqtt (QoS 0) to counts by pages (for who keeps the position together with what the rows led to) records count at-most-once: ' +
      'nothing is acknowledged, so nothing is sent again. Name in waysIn those that are used, of these that give it: http-producer, http, mqtt-qos-1, folder, rabbitmq, kafka.',
  )
  const compared = await world.ask('POST', '/v1/apps/counts/compare', { key, body: { plan: demanding({ guarantee: 'at-least-once' }) } })
  expect(short(compared)).toEqual(short(refused))
  expect(await client.getApp('counts')).toMatchObject({ version: 1, plan: counts })
})

it('a demand is met by the ways that it names, which must be open; no state is dropped for it', async () => {
  expect(short(await deploy({ guarantee: 'exactly-once', waysIn: ['http'], waysOut: ['events'] }))).toEqual(['http events'])
  expect(short(await deploy({ guarantee: 'exactly-once', waysIn: ['folder'], waysOut: ['pages', 'webhooks'] }))).toEqual(['folder webhooks'])
  const closed = await deploy({ guarantee: 'exactly-once', waysIn: ['tcp-producer'], waysOut: ['history'] }, { history: { keep: false, maxAgeMs: null } })
  expect(short(closed)).toEqual(['DELIVERY_WAY_CLOSED plan.delivery.waysIn.0', 'DELIVERY_WAY_CLOSED plan.delivery.waysOut.0'])
  await client.startApp('counts')
  const met: Demand = { guarantee: 'exactly-once', waysIn: ['http-producer', 'folder'], waysOut: ['pages', 'events', 'files', 'history'] }
  const { same, state } = (await client.compareApp('counts', { plan: demanding(met) })) as Comparison
  expect([same, new Set(state.map(({ fate }) => fate))]).toEqual([false, new Set(['kept'])])
  expect(await deploy(met)).toMatchObject({ status: 200, body: { version: 2, state: 'running', job: { epoch: 1 }, plan: { delivery: met } } })
})

it('what is made for an output later keeps to the demand, unless the demand leaves such ways out', async () => {
  await client.deployApp('counts', { plan: counts })
  expect((await hook('pager')).status).toBe(201)
  expect(await paths()).toContain('folder pager at-least-once')
  const folderOnly = { guarantee: 'exactly-once', waysIn: ['folder'] } as const
  expect(short(await deploy(folderOnly))).toEqual(['folder mqtt-qos-1', 'folder mqtt', 'folder webhooks'])
  await client.deleteWebhook('pager')

  await world.restart({ ...settings, mqttPort: null })
  client = new MillraceClient({ url: world.platform.address, key })
  expect((await deploy(folderOnly)).status).toBe(200)
  const refused = await hook('pager')
  expect(refused).toMatchObject({ status: 422, body: { code: 'APP_DELIVERY', issues: [{ path: 'output' }] } })
  expect(short(refused)).toEqual(['folder webhooks'])
  expect(await client.listWebhooks()).toEqual({ items: [] })
  expect(await client.createFileSink('archive', { app: 'counts', output: 'counts' })).toMatchObject({ ended: null })
  expect(await paths()).toContain('folder files exactly-once')
  expect((await deploy({ ...folderOnly, waysOut: ['files', 'pages'] })).status).toBe(200)
  expect((await hook('pager')).status).toBe(201)
})

it('a message id that meets a demand stays as long as the demand does', async () => {
  const met: Demand = { guarantee: 'exactly-once', waysIn: ['http'], waysOut: ['pages'] }
  const declare = (declaration: StreamNode) => world.ask('PUT', '/v1/streams/readings', { key, body: { declaration } })
  expect(short(await deploy(met))).toEqual(['http pages'])
  await declare({ ...readings, messageId: 'sensor' })
  expect((await deploy(met)).status).toBe(200)
  const refused = await declare(readings)
  expect(refused).toMatchObject({ status: 409, body: { code: 'STREAM_INCOMPATIBLE', issues: [{ code: 'STREAM_MESSAGE_ID_DEMANDED', path: 'apps.counts' }] } })
  expect((await deploy({ ...met, waysIn: ['http-producer'] })).status).toBe(200)
  expect((await declare(readings)).status).toBe(200)
})
