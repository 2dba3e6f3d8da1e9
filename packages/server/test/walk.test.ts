import { readFileSync } from 'node:fs'
import type { AppDetails, AppFigures, IntakeReceipt, Stream } from '@millrace/api/schemas'
import { afterEach, expect, it } from 'vitest'
import { exampleData, examplePlan, World } from './world.ts'

const world = new World()
afterEach(() => world.end())

it('a new user comes from an empty folder to alerts, and a restart goes on where it stopped', async () => {
  await world.open({ workers: 1 })
  expect(world.operator).toMatch(/^mrk_[0-9a-f]{16}_/)
  const key = await world.tenant('acme')
  const plan = await examplePlan('equipment-failures')
  const declared = await world.ask('PUT', '/v1/streams/alarms', { key, body: { declaration: plan.streams['alarms'] } })
  expect([declared.status, (declared.body as Stream).version]).toEqual([201, 1])
  const deployed = await world.ask('PUT', '/v1/apps/equipment-failures', { key, body: { plan, params: { limit: 2 } } })
  expect([deployed.status, (deployed.body as AppDetails).state]).toEqual([201, 'deployed'])
  const started = await world.ask('POST', '/v1/apps/equipment-failures/start', { key })
  expect(started.body).toMatchObject({ state: 'running', job: { state: 'running', ended: [] } })

  const text = readFileSync(exampleData, 'utf8').split('\n')
  const half = text.length >> 1
  const first = (await world.send(key, 'alarms', text.slice(0, half).join('\n'), 'text/csv')).body as IntakeReceipt
  expect(first.accepted + first.rejected).toBe(half - 1)
  await world.settled('acme', 'equipment-failures')

  await world.restart({ workers: 1 })
  expect(world.platform.operatorKey).toBeNull()
  const second = (await world.send(key, 'alarms', [text[0], ...text.slice(half)].join('\n'), 'text/csv')).body as IntakeReceipt
  await world.settled('acme', 'equipment-failures')
  const { figures } = (await world.ask('GET', '/v1/apps/equipment-failures/figures', { key })).body as AppFigures
  expect(figures?.records).toEqual({ alarms: first.accepted + second.accepted })
  expect(figures?.lag).toBe(0)
  expect(figures?.parallelism).toMatchObject({ parts: 1, atMost: 1 })
  expect(world.rows('acme', 'equipment-failures', 'failures')).toBeGreaterThan(50)
  expect(world.rows('acme', 'equipment-failures', 'alerts')).toBeGreaterThan(30)
})
