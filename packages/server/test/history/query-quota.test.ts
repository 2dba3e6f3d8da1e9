import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem, Tenant, Usage } from '@millrace/api/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Control } from '../../src/control/control.ts'
import { QueryQuota } from '../../src/history/query-quota.ts'
import { QueryTimes } from '../../src/usage/query-times.ts'
import { readings } from '../plans.ts'
import { type Answer, World } from '../world.ts'

const hourMs = 3_600_000

describe('of the time that a tenant may ask in an hour', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-queries-'))
  const control = Control.open(join(folder, 'control.sqlite'))
  for (const tenant of ['acme', 'other']) control.run("INSERT INTO tenants VALUES (?, 0, '{}')", tenant)
  afterAll(() => {
    control.close()
    rmSync(folder, { recursive: true })
  })
  let nowMs = Date.UTC(2026, 10, 23, 22, 50)
  const opened = (): QueryQuota =>
    new QueryQuota({
      times: new QueryTimes(control, () => nowMs),
      quotasOf: () => ({ querySeconds: 7, querySecondsPerHour: 10 }),
      logger: { error: () => {} },
    })
  const quota = opened()

  it('a query is given what one may take until all of it was used', () => {
    for (const tookMs of [4000, 5999.5]) quota.ran('acme', tookMs)
    expect(quota.timeMs('acme')).toBe(7000)
    quota.ran('acme', 0.5)
    expect(() => quota.timeMs('acme')).toThrow(expect.objectContaining({ code: 'TENANT_QUERY_TIME', context: { limitSeconds: 10, retryAfterSeconds: 600 } }))
  })

  it('a neighbour has its own', () => {
    expect(quota.timeMs('other')).toBe(7000)
  })

  it('it stays used through a restart', () => {
    expect(() => opened().timeMs('acme')).toThrow(expect.objectContaining({ code: 'TENANT_QUERY_TIME' }))
  })

  it('there is all of it again when the next hour begins, also on another day, and not before', () => {
    nowMs += 600_000 - 1
    expect(() => quota.timeMs('acme')).toThrow()
    nowMs += 1
    expect(quota.timeMs('acme')).toBe(7000)
    quota.ran('acme', 20_000)
    nowMs += 24 * hourMs
    expect(quota.timeMs('acme')).toBe(7000)
  })

  it('what ran is counted by day', () => {
    const days = new QueryTimes(control, () => nowMs).days('acme', '2026-11-01', '2026-11-30')
    expect(days).toEqual([{ day: '2026-11-23', queries: 4, ms: 30_000 }])
  })
})

describe('a tenant', () => {
  const world = new World()
  const keys: string[] = []
  beforeAll(async () => {
    await world.open({ workers: 0 })
    for (const name of ['acme', 'other']) keys.push(await world.tenant(name))
    await world.ask('PUT', '/v1/streams/readings', { key: keys[0] as string, body: { declaration: readings } })
  })
  afterAll(() => world.end())
  const forever = 'SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b'
  const ask = (at: number, sql: string): Promise<Answer> => world.ask('POST', '/v1/history/queries', { key: keys[at] as string, body: { sql } })
  const change = (quotas: object): Promise<Answer> => world.ask('PATCH', '/v1/tenants/acme', { body: { quotas } })
  const usage = async (at: number): Promise<Usage> => (await world.ask('GET', '/v1/usage', { key: keys[at] as string })).body as Usage

  it('has the time of the settings for a query, and no limit of an hour', async () => {
    const { quotas } = (await world.ask('GET', '/v1/tenants/acme')).body as Tenant
    expect(quotas).toMatchObject({ querySeconds: 30, querySecondsPerHour: null })
  })

  it('that used its hour is refused until the next, its neighbour is answered', async () => {
    await change({ querySeconds: 1, querySecondsPerHour: 1 })
    const ended = (await ask(0, forever)).body as Problem
    expect([ended.code, ended.title]).toEqual(['HISTORY_QUERY_TIME', expect.stringContaining('1000 ms')])
    const refused = await ask(0, 'SELECT 1')
    expect([refused.status, (refused.body as Problem).code]).toEqual([429, 'TENANT_QUERY_TIME'])
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3600)
    expect((await ask(1, 'SELECT 1')).status).toBe(200)
  })

  it('sees what its queries took, once each, also after a restart', async () => {
    const before = await usage(0)
    expect(before.queryMsThisHour).toBeGreaterThanOrEqual(1000)
    expect([before.total.queries, before.days.map(({ queries }) => queries)]).toEqual([1, [1]])
    expect((await usage(1)).total).toMatchObject({ queries: 1, records: 0 })
    const counted = /^millrace_tenant_query_seconds_total\{tenant="acme"\} (\S+)$/m.exec(await world.metrics())?.[1]
    expect(Number(counted) * 1000).toBeCloseTo(before.queryMsThisHour)
    await world.restart({ workers: 0 })
    expect((await usage(0)).total).toEqual(before.total)
    expect((await ask(0, 'SELECT 1')).status).toBe(429)
  })

  it('asks again with a higher quota', async () => {
    await change({ querySecondsPerHour: null })
    expect((await ask(0, 'SELECT 1')).status).toBe(200)
  })
})
