import type { IntakeReceipt, Problem, Usage } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { QuotaIntake } from '../src/control/quota-intake.ts'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
const keys: string[] = []
beforeAll(async () => {
  await world.open({ workers: 0, requestsPerSecond: 5 })
  for (const name of ['acme', 'other']) {
    const key = await world.tenant(name)
    await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
    keys.push(key)
  }
})
afterAll(() => world.end())

const send = (at: number, count: number) => world.send(keys[at] as string, 'readings', lines(...Array.from({ length: count }, () => [1, 1] as const)))

it('a tenant over its rate is refused until the time for it has passed, its neighbour is not', async () => {
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { recordsPerSecond: 10 } } })
  expect(((await send(0, 5000)).body as IntakeReceipt).accepted).toBe(5000)
  const refused = await send(0, 1)
  expect([refused.status, (refused.body as Problem).code]).toEqual([429, 'TENANT_RATE'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(400)
  expect((await send(1, 5000)).status).toBe(200)
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { recordsPerSecond: null } } })
  expect((await send(0, 1)).status).toBe(200)
})

it('a tenant that has the name of an erased one may send at once', async () => {
  const create = async (): Promise<string> => {
    await world.ask('POST', '/v1/tenants', { body: { name: 'again', quotas: { recordsPerSecond: 1 } } })
    const { secret: key } = await world.key('again', ['admin'])
    await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
    return key
  }
  await world.send(await create(), 'readings', lines(...Array.from({ length: 500 }, () => [1, 1] as const)))
  await world.ask('DELETE', '/v1/tenants/again')
  expect((await world.send(await create(), 'readings', lines([1, 1]))).status).toBe(200)
})

it('a tenant whose storage is full is refused, its neighbour is not', async () => {
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { storageBytes: 1000 } } })
  const refused = await send(0, 1)
  expect([refused.status, (refused.body as Problem).code]).toEqual([507, 'TENANT_STORAGE'])
  expect((await send(1, 1)).status).toBe(200)
})

it('dead letters count as storage, and so do results', async () => {
  const key = await world.tenant('letters')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  const kept = async (): Promise<number> => ((await world.ask('GET', '/v1/usage', { key })).body as Usage).storageBytes
  const refused = async (): Promise<unknown> => ((await world.send(key, 'readings', lines([1, 1]))).body as Problem).code
  const limited = async (storageBytes: number | null): Promise<void> => {
    await world.ask('PATCH', '/v1/tenants/letters', { body: { quotas: { storageBytes } } })
    // What is stored is added up once a second.
    await expect.poll(refused, { interval: 100 }).toBe(storageBytes === null ? undefined : 'TENANT_STORAGE')
  }
  await world.send(key, 'readings', '{"sensor":"x"}\n'.repeat(50))
  await limited(await kept())
  await limited(null)
  const before = await kept()
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  await world.send(key, 'readings', lines(...Array.from({ length: 100 }, (_, at) => [at, at * 10] as const)))
  await world.settled('letters', 'counts')
  const sent = world.platform.ground.log.stream('letters', 'readings')?.bytes ?? 0
  expect(await kept()).toBeGreaterThan(before + sent)
  await limited(await kept())
})

it('what the history holds counts as storage', () => {
  const quotas = { recordsPerSecond: null, storageBytes: 1000 }
  const inner = {
    open: () => ({ push: async () => {}, abort: async () => {}, end: async () => Promise.reject() }),
    message: async () => Promise.reject(),
    messages: async () => Promise.reject(),
    append: async () => Promise.reject(),
  }
  const intake = (historyBytes: number) => new QuotaIntake(inner, { log: { streams: () => [] }, historyBytes: () => historyBytes, quotasOf: () => quotas })
  const stream = { tenant: 'acme', name: 'readings', version: 1, node: readings }
  expect(() => intake(1000).open(stream, {})).toThrow(expect.objectContaining({ code: 'TENANT_STORAGE' }))
  expect(() => intake(999).open(stream, {})).not.toThrow()
})

it('over a long time no more records come in than the rate allows', async () => {
  const quotas = { recordsPerSecond: 100, storageBytes: null }
  const receipt: IntakeReceipt = { accepted: 30, rejected: 0, repeated: 0, duplicate: false, sequences: [1, 30], rejections: [] }
  let nowMs = 0
  const inner = {
    open: () => ({ push: async () => {}, abort: async () => {}, end: async () => receipt }),
    message: async () => receipt,
    messages: async () => receipt,
    append: async () => receipt,
  }
  const intake = new QuotaIntake(inner, { log: { streams: () => [] }, quotasOf: () => quotas, clock: () => nowMs })
  const stream = { tenant: 'acme', name: 'readings', version: 1, node: readings }
  let accepted = 0
  for (; nowMs < 60_000; nowMs += 50) {
    try {
      accepted += (await intake.open(stream, {}).end()).accepted
    } catch (error) {
      expect(error).toMatchObject({ code: 'TENANT_RATE' })
    }
  }
  // Ten seconds' worth at once, then the rate; one body may go over.
  expect(accepted).toBeGreaterThan(6900)
  expect(accepted).toBeLessThanOrEqual(7000 + 60)
})

it('records are limited by how many they are, not by how often they are sent', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => send(1, 1)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})
