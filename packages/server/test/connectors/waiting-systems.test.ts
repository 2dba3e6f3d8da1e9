import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sharedPostgresql, sharedRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import { freePort } from '../free-port.ts'
import { World } from '../world.ts'
import { PostgresqlTables } from './postgresql-tables.ts'
import { RabbitmqQueue } from './rabbitmq-queue.ts'
import { declaration, reading, Tenant } from './tenant-world.ts'

const [rabbitmq, postgresql] = await Promise.all([sharedRabbitmq(), sharedPostgresql()])
const settings = { workers: 1, outgoingAllow: '127.0.0.1' }

describe.skipIf(rabbitmq === null || postgresql === null)('a source or sink that has to wait', () => {
  const world = new World()
  const queues: RabbitmqQueue[] = []
  let tables: PostgresqlTables

  beforeAll(async () => {
    await world.open(settings)
    tables = await PostgresqlTables.on(postgresql!.port)
  })
  afterAll(async () => {
    await world.end()
    await Promise.all(queues.map((queue) => queue.end()))
    await tables.end()
  })

  async function newQueue(): Promise<RabbitmqQueue> {
    const queue = await RabbitmqQueue.on(rabbitmq!)
    queues.push(queue)
    return queue
  }

  it('for its stream, which was deleted, says so, and goes on when that is declared again', async () => {
    const { client } = await Tenant.in(world)
    const queue = await newQueue()
    await client.declareStream('plain', { declaration })
    await client.createSource('one', { stream: 'plain', rabbitmq: queue.source })
    await queue.send(reading(1, 1))
    await expect.poll(async () => (await client.getSource('one')).accepted).toBe(1)
    await client.deleteStream('plain')
    await queue.send(reading(2, 2), reading(3, 3))
    const failing = async () => (await client.getSource('one')).failing
    await expect.poll(failing).toMatchObject({ tries: expect.any(Number), reason: expect.stringContaining('plain') })
    await client.declareStream('plain', { declaration })
    await expect.poll(async () => (await client.readRecords('plain', { from: 'begin' })).items).toMatchObject([{ sensor: 2 }, { sensor: 3 }])
    await expect.poll(failing).toBeNull()
  })

  it('for the rate of its tenant loses nothing, goes on as soon as that allows more, and holds up no end', async () => {
    const { name, client, records } = await tenantWith({ recordsPerSecond: 1 })
    const queue = await newQueue()
    await client.createSource('fast', { stream: 'readings', rabbitmq: queue.source })
    const first = Array.from({ length: 100 }, (_, number) => reading(number, number))
    await queue.send(first.join('\n'))
    await expect.poll(async () => (await records()).length).toBe(100)
    await queue.send(...first.slice(0, 20))
    await expect.poll(async () => (await queue.figures()).messageCount).toBe(0)
    const began = performance.now()
    await client.changeSource('fast', { paused: true })
    await client.changeSource('fast', { paused: false })
    expect(performance.now() - began).toBeLessThan(5000)
    expect(await records()).toHaveLength(100)
    await world.ask('PATCH', `/v1/tenants/${name}`, { body: { quotas: { recordsPerSecond: null } } })
    await expect.poll(async () => (await records()).length).toBe(120)
  })

  it('for a system that is away tells why and tries again, while the sources of other tenants go on', async () => {
    const [waiting, other] = [await Tenant.in(world), await Tenant.in(world)]
    const [queue, others] = [await newQueue(), await newQueue()]
    const nobody = await freePort()
    await waiting.client.createSource('away', { stream: 'readings', rabbitmq: { ...queue.source, port: nobody } })
    await waiting.client.createSink('away', { of: { stream: 'readings' }, postgresql: { ...tables.sink('away'), port: nobody } })
    await other.client.createSource('here', { stream: 'readings', rabbitmq: others.source })
    await queue.send(reading(1, 1))
    const refused = { tries: expect.any(Number), reason: expect.stringMatching(`${nobody}`) }
    await expect.poll(async () => (await waiting.client.getSource('away')).failing).toMatchObject(refused)
    await expect.poll(async () => (await waiting.client.getSink('away')).failing).toMatchObject(refused)
    await others.send(reading(2, 2))
    await expect.poll(() => other.records()).toMatchObject([{ sensor: 2 }])
    await waiting.client.changeSource('away', { rabbitmq: queue.source })
    await waiting.client.changeSink('away', { postgresql: tables.sink('away') })
    await expect.poll(() => tables.rows('away')).toMatchObject([{ sensor: 1 }])
    expect([(await waiting.client.getSource('away')).failing, (await waiting.client.getSink('away')).failing]).toEqual([null, null])
  })

  async function tenantWith(quotas: object) {
    const tenant = await Tenant.in(world)
    await world.ask('PATCH', `/v1/tenants/${tenant.name}`, { body: { quotas } })
    return { name: tenant.name, client: tenant.client, records: () => tenant.records() }
  }
})
