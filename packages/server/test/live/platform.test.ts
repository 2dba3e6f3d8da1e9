import { MillraceClient } from '@millrace/api'
import { afterEach, expect, it } from 'vitest'
import { examplePlan, World } from '../world.ts'
import { EventReader } from './event-reader.ts'
import { isSigned, Receiver } from './receiver.ts'

const world = new World()
const receiver = new Receiver()
afterEach(async () => {
  receiver.close()
  await world.end()
})

const header = 'station_id,datapoint_id,alarm_id,event_time,value,valueThreshold,isActive'
/** Alarms of one sensor, minute by minute. */
const alarms = (fromMinute: number, count: number): string =>
  [header, ...Array.from({ length: count }, (_, at) => `1,121,303,${timeOf(fromMinute + at)},31,30,true`)].join('\n')
const timeOf = (minute: number): string => new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString().slice(0, 19).replace('T', ' ')

it('results leave the server as pages, events and webhooks, through a restart, for the key that may see them', async () => {
  const settings = { workers: 0, outgoingAllow: '127.0.0.1' }
  await world.open(settings)
  const key = await world.tenant('acme')
  const reading = await world.key('acme', ['read'])
  const other = await world.tenant('globex')
  const plan = await examplePlan('equipment-failures')
  await world.ask('PUT', '/v1/streams/alarms', { key, body: { declaration: plan.streams['alarms'] } })
  await world.ask('PUT', '/v1/apps/equipment-failures', { key, body: { plan } })
  await world.ask('POST', '/v1/apps/equipment-failures/start', { key })
  const hook = { app: 'equipment-failures', output: 'failures', url: await receiver.open() }
  const made = await world.ask('POST', '/v1/webhooks/pager', { key, body: hook })
  expect(made).toMatchObject({ status: 201, body: { name: 'pager', ended: null } })
  const { secret } = made.body as { readonly secret: string }

  const client = new MillraceClient({ url: world.platform.address, key: reading.secret })
  await world.send(key, 'alarms', alarms(0, 60), 'text/csv')
  await world.settled('acme', 'equipment-failures')
  const page = await client.readResults('equipment-failures', 'failures')
  expect(page.items.length).toBeGreaterThan(2)
  const followed: unknown[] = []
  for await (const { row } of client.followResults('equipment-failures', 'failures', { from: 'begin' })) if (followed.push(row) === page.items.length) break
  expect(followed).toEqual(page.items)

  await world.restart(settings)
  await world.send(key, 'alarms', alarms(60, 60), 'text/csv')
  await world.settled('acme', 'equipment-failures')
  const { items } = await new MillraceClient({ url: world.platform.address, key: reading.secret }).readResults('equipment-failures', 'failures')
  await receiver.until(() => receiver.received.at(-1)?.last === items.at(-1)?.['$sequence'])
  const ids = (rows: readonly Readonly<Record<string, unknown>>[]): unknown[] => [...new Set(rows.map(({ _id }) => _id))]
  expect(ids(receiver.received.flatMap((received) => received.items))).toEqual(ids(items))
  for (const received of receiver.received) expect(isSigned(received, secret)).toBe(true)

  expect((await world.ask('GET', '/v1/webhooks/pager', { key: other })).body).toMatchObject({ status: 404, code: 'WEBHOOK_UNKNOWN' })
  expect((await world.ask('GET', '/v1/webhooks/pager/dead-letters', { key: other })).body).toMatchObject({ status: 404, code: 'WEBHOOK_UNKNOWN' })
  expect((await world.ask('GET', '/v1/apps/equipment-failures/outputs/failures/records', { key: other })).body).toMatchObject({ code: 'APP_UNKNOWN' })
  expect((await world.ask('POST', '/v1/webhooks/more', { key: reading.secret, body: hook })).body).toMatchObject({ code: 'KEY_SCOPE' })
  expect((await world.ask('POST', '/v1/webhooks/pager', { key, body: hook })).body).toMatchObject({ code: 'WEBHOOK_EXISTS' })
  expect((await world.ask('DELETE', '/v1/webhooks/pager', { key })).status).toBe(204)
  expect((await world.ask('GET', '/v1/webhooks', { key })).body).toEqual({ items: [] })

  const reader = await new EventReader(`${world.platform.address}/v1/streams/alarms/live?from=now`, null, reading.secret).read()
  await reader.until(() => reader.lastId !== null)
  await world.ask('DELETE', `/v1/keys/${reading.id}`, { key })
  await world.send(key, 'alarms', alarms(120, 2), 'text/csv')
  await reader.ended
  expect(reader.rows).toEqual([])
})
