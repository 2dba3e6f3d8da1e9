import type { Sink } from '@millrace/api/schemas'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sharedPostgresql } from '../../../../scripts/systems/real-servers.ts'
import { counts, lines, readings } from '../plans.ts'
import { World } from '../world.ts'

const server = await sharedPostgresql()
const table = `failing_${process.pid}`

describe.skipIf(server === null)('a sink', () => {
  const world = new World()
  const login = { host: '127.0.0.1', user: 'postgres', database: 'postgres' }
  const client = new Client({ ...login, port: server?.port ?? 1 })
  let key = ''

  beforeAll(async () => {
    key = await world.openWith(counts, readings, { workers: 1, outgoingAllow: '127.0.0.1' })
    await client.connect()
  })

  afterAll(async () => {
    await world.end()
    await client.query('ROLLBACK').catch(() => {})
    await client.query(`DROP TABLE IF EXISTS ${table}`)
    await client.end()
  })

  const failing = async () => ((await world.ask('GET', '/v1/sinks/locked', { key })).body as Sink).failing
  const waitsForLock = `SELECT pid FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass`

  it('that is let in, but whose rows are not taken, goes on failing until they are', async () => {
    await world.send(key, 'readings', lines([1, 1]))
    await world.ask('POST', '/v1/sinks/locked', {
      key,
      body: { of: { stream: 'readings' }, from: 'begin', postgresql: { ...login, port: server!.port, table } },
    })
    await expect.poll(async () => ((await world.ask('GET', '/v1/sinks/locked', { key })).body as Sink).rows, { timeout: 10_000 }).toBe(1)
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    await world.send(key, 'readings', lines([1, 2]))
    const waiting = async (): Promise<number | null> => (await client.query<{ pid: number }>(waitsForLock)).rows[0]?.pid ?? null
    await expect.poll(waiting).not.toBeNull()
    const first = await waiting()
    await client.query('SELECT pg_terminate_backend($1)', [first])
    await expect.poll(failing).toMatchObject({ tries: 1 })
    await expect.poll(async () => ![first, null].includes(await waiting()), { timeout: 10_000 }).toBe(true)
    expect(await failing()).toMatchObject({ tries: 1 })
    await client.query('ROLLBACK')
    await expect.poll(failing, { timeout: 20_000 }).toBeNull()
  })
})
