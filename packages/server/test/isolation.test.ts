import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type OperationName, operations } from '@millrace/api'
import type { Silence } from '@millrace/api/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { LineClient } from './intake/line-client.ts'
import { MqttClient } from './intake/mqtt-client.ts'
import { counts, lines, readings } from './plans.ts'
import { type Answer, World } from './world.ts'

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: { readonly required?: boolean } }>>>>
}

const world = new World()
const keys: Record<string, string> = {}
const ports = { mqttPort: await freePort(), tcpPort: await freePort() }

beforeAll(async () => {
  await world.open({ workers: 0, backups: `${world.data}-backups`, folder: join(world.data, 'files'), requestsPerSecond: 100_000, ...ports })
  const key = await world.tenant('acme')
  keys['acme'] = key
  keys['other'] = await world.tenant('other')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  await world.send(key, 'readings', lines([1, 1], [1, 21]))
  await world.ask('POST', '/v1/webhooks/hook', { key, body: bodies.createWebhook })
  const { body: sink } = await world.ask('POST', '/v1/file-sinks/files', { key, body: bodies.createFileSink })
  expect(sink).toMatchObject({ name: 'files' })
  await world.ask('POST', '/v1/sources/queue', { key, body: bodies.createSource })
  await world.ask('POST', '/v1/sinks/files', { key, body: bodies.createSink })
  const { body: silence } = await world.ask('POST', '/v1/silences', { key, body: bodies.createSilence })
  there['silence'] = (silence as Silence).id
  there['operator'] = counts.operators.find(({ kind }) => kind === 'aggregate')?.id ?? ''
  // There is no alert and no query under way: what is not there answers as what another has.
  there['alert'] = there['query'] = there['savepoint'] = 'none'
  const ingest = await world.key('acme', ['ingest'])
  there['key'] = ingest.id
  keys['ingest'] = ingest.secret
  keys['read'] = (await world.key('acme', ['read'])).secret
  keys['device'] = (await world.key('acme', ['ingest'], { device: 'd1' })).secret
  keys['expired'] = (await world.key('acme', ['admin'], { expiresMs: Date.now() - 1 })).secret
  const revoked = await world.key('acme', ['admin'])
  await world.ask('DELETE', `/v1/keys/${revoked.id}`, { headers: { 'millrace-tenant': 'acme' } })
  keys['revoked'] = revoked.secret
  keys['forged'] = `${revoked.secret.slice(0, 20)}${'A'.repeat(revoked.secret.length - 20)}`
  keys['garbage'] = 'mrk_'
})
afterAll(async () => {
  await world.end()
  rmSync(`${world.data}-backups`, { recursive: true, force: true })
})

const open: readonly OperationName[] = ['health', 'ready']

/** Every operation there is, but for those that anybody may call: one that comes is walked, too. */
const guarded = (Object.keys(operations) as OperationName[]).filter((name) => !open.includes(name))

const bodies: Partial<Record<OperationName, unknown>> = {
  createTenant: { name: 'third' },
  changeTenant: { quotas: {} },
  createKey: { scopes: ['read'] },
  declareStream: { declaration: readings },
  deployApp: { plan: counts },
  compareApp: { plan: counts },
  changeParams: { params: {} },
  rollBackApp: { version: 1 },
  createSilence: { untilMs: 8_000_000_000_000 },
  queryHistory: { sql: 'SELECT 1' },
  runAnalysis: { values: {} },
  createFileSink: { app: 'counts', output: 'counts' },
  createSource: { stream: 'readings', rabbitmq: { host: '192.0.2.1', queue: 'readings' } },
  changeSource: {},
  createSink: { of: { app: 'counts', output: 'counts' }, postgresql: { host: '192.0.2.1', database: 'd', table: 't' } },
  changeSink: {},
  createWebhook: { app: 'counts', output: 'counts', url: 'http://192.0.2.1/' },
}

/** What stands for the names in paths. */
type Names = Readonly<Record<string, string>>
const there: Record<string, string> = {
  tenant: 'acme',
  stream: 'readings',
  app: 'counts',
  output: 'counts',
  webhook: 'hook',
  source: 'queue',
  sink: 'files',
  analysis: 'trend',
}
const nowhere: Names = Object.fromEntries(
  ['tenant', 'stream', 'app', 'output', 'webhook', 'source', 'sink', 'key', 'silence', 'operator', 'alert', 'query', 'savepoint'].map((part) => [
    part,
    part === 'tenant' ? 'nobody' : 'nothing',
  ]),
)

function ask(name: OperationName, key: string | null, names: Names, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { method, path } = operations[name]
  const filled = path.replace(/\{(\w+)\}/g, (_whole, part: string) => {
    if (!(part in there)) throw new Error(`give a ${part} that is there, so that ${name} is walked`)
    return names[part] ?? (there[part] as string)
  })
  return world.ask(method, filled, { key, headers, ...(method !== 'GET' && { body: bodies[name] ?? (name === 'sendRecords' ? '' : undefined) }) })
}

/** An answer without what names the request, and what was asked for called the same. */
function told({ status, body }: Answer, names: Names): string {
  const text = JSON.stringify(body).replace(/"requestId":"[^"]*"/, '')
  return Object.values({ ...there, ...names }).reduce((rest, name) => rest.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '_'), `${status} ${text}`)
}

describe('every operation', () => {
  it('is walked with the body that it needs', async () => {
    const { paths } = (await world.ask('GET', '/v1/openapi.json', { key: null })).body as OpenApi
    const needed = guarded.filter((name) => paths[operations[name].path]?.[operations[name].method.toLowerCase()]?.requestBody?.required === true)
    expect(needed.filter((name) => !(name in bodies))).toEqual([])
  })

  it('refuses whoever has no valid key, all with the same words', async () => {
    for (const name of guarded) {
      const unknown = told(await ask(name, null, nowhere), nowhere)
      expect(unknown, name).toMatch(/^401 .*KEY_REQUIRED/)
      for (const key of [null, 'expired', 'revoked', 'forged', 'garbage'])
        expect(told(await ask(name, key === null ? null : (keys[key] as string), there), there), `${name} with ${key}`).toBe(unknown)
    }
  })

  it('refuses a key without its scope, whether what is asked for exists or not', async () => {
    const ofReaders = new Set<OperationName>()
    for (const name of guarded) {
      for (const key of ['ingest', 'device', 'read']) {
        if (key !== 'read' && name === 'sendRecords') continue
        const answers = [told(await ask(name, keys[key] as string, there), there), told(await ask(name, keys[key] as string, nowhere), nowhere)]
        if (key === 'read' && !answers[0]?.startsWith('403')) {
          ofReaders.add(name)
          continue
        }
        expect(answers[0], `${name} with ${key}`).toMatch(/^403 .*KEY_SCOPE/)
        expect(answers[0]).toBe(answers[1])
      }
    }
    // Nothing that changes anything is among what a reader may do; a query and its end change nothing.
    const asks: readonly OperationName[] = ['queryHistory', 'cancelQuery', 'runAnalysis']
    expect([...ofReaders].filter((name) => operations[name].method !== 'GET' && !asks.includes(name))).toEqual([])
  })

  it("tells of another tenant's things what it tells of things that are not there", async () => {
    const makes: readonly OperationName[] = ['declareStream', 'deployApp', 'compareApp', 'createWebhook', 'createFileSink', 'createSource', 'createSink']
    for (const name of guarded) {
      if (makes.includes(name) || !operations[name].path.includes('{')) continue
      const other = keys['other'] as string
      expect(told(await ask(name, other, there), there), name).toBe(told(await ask(name, other, nowhere), nowhere))
    }
  })

  it('does nothing for a tenant that names another', async () => {
    for (const name of guarded) {
      const other = keys['other'] as string
      const answers = [
        told(await ask(name, other, there, { 'millrace-tenant': 'acme' }), there),
        told(await ask(name, other, nowhere, { 'millrace-tenant': 'nobody' }), nowhere),
      ]
      expect(answers[0], name).toMatch(/^(403|404) /)
      expect(answers[0]).toBe(answers[1])
    }
  })
})

describe('every gateway', () => {
  const invalid = ['expired', 'revoked', 'forged', 'garbage']

  it('MQTT lets nobody in who has no valid key of the tenant, and tells all the same', async () => {
    for (const name of [...invalid, 'other'])
      for (const tenant of ['acme', 'nobody']) {
        const client = new MqttClient(ports.mqttPort)
        expect(await client.login(tenant, keys[name] as string), `${name} for ${tenant}`).toBe(4)
        await client.closed
      }
  })

  it('MQTT lets a key do what its scope allows, with things of its own tenant alone', async () => {
    const sends = async (tenant: string, name: string, topic: string): Promise<boolean> => {
      const client = new MqttClient(ports.mqttPort)
      expect(await client.login(tenant, keys[name] as string), name).toBe(0)
      const taken = await client.publish(1, topic, lines([1, 30]))
      client.destroy()
      return taken
    }
    const follows = async (tenant: string, name: string, topic: string): Promise<boolean> => {
      const client = new MqttClient(ports.mqttPort)
      expect(await client.login(tenant, keys[name] as string), name).toBe(0)
      const [granted] = await client.subscribe(1, [topic])
      client.destroy()
      return granted !== 128
    }
    expect(await sends('acme', 'read', 'streams/readings')).toBe(false)
    expect(await sends('acme', 'device', 'streams/readings/d2')).toBe(false)
    expect(await sends('other', 'other', 'streams/readings')).toBe(false)
    expect(await sends('other', 'other', 'streams/nothing')).toBe(false)
    for (const name of ['ingest', 'device']) expect(await follows('acme', name, 'streams/readings'), name).toBe(false)
    expect(await follows('acme', 'read', 'streams/readings')).toBe(true)
    expect(await follows('other', 'other', 'streams/readings')).toBe(await follows('other', 'other', 'streams/nothing'))
  })

  it('TCP tells of what another tenant has what it tells of what nobody has', async () => {
    const told = async (greeting: string): Promise<unknown> => {
      const client = new LineClient(ports.tcpPort)
      client.send(`${greeting}\n${lines([1, 30])}`)
      const { error } = (await client.next(({ error: refused }) => refused !== undefined)) as { error: { code: string; message: string } }
      await client.closed
      return [error.code, error.message.replace(/readings|nothing/, '_')]
    }
    for (const name of invalid) expect(await told(`${keys[name]} readings`), name).toEqual(await told('mrk_none nothing'))
    expect(await told(`${keys['other']} readings`)).toEqual(await told(`${keys['other']} nothing`))
    expect(await told(`${keys['read']} readings`)).toEqual(await told(`${keys['read']} nothing`))
  })
})

it('lists hold nothing of another tenant, and nothing of it was changed by all this', async () => {
  const key = keys['other'] as string
  for (const list of ['streams', 'apps']) expect((await world.ask('GET', `/v1/${list}`, { key })).body).toEqual({ items: [], next: null })
  const { items } = (await world.ask('GET', '/v1/audit?limit=1000', { key })).body as { items: { tenant: string }[] }
  expect(new Set(items.map(({ tenant }) => tenant))).toEqual(new Set(['other']))
  expect((await world.ask('GET', '/v1/apps/counts', { key: keys['acme'] as string })).body).toMatchObject({ version: 1, state: 'running' })
  expect((await world.ask('GET', '/v1/streams/readings', { key: keys['acme'] as string })).body).toMatchObject({ version: 1, figures: { rows: 2 } })
})
