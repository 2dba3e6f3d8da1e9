import type { AppDetails, KeyPage, Problem } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { counts, lines, readings } from './plans.ts'
import { type Answer, World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  key = await world.openWith(counts, readings, { workers: 0 })
})
afterAll(() => world.end())

const control = () => world.platform.ground.control
/** As on a disk without room: the database takes no page more, which SQLite tells with the same error. */
function fill(): void {
  control().run('CREATE TABLE filling (text TEXT) STRICT')
  control().one(`PRAGMA max_page_count = ${control().one('PRAGMA page_count')?.['page_count']}`)
  for (const length of [3000, 300, 10]) {
    try {
      while (true) control().run('INSERT INTO filling VALUES (?)', 'x'.repeat(length))
    } catch (error) {
      expect(error).toMatchObject({ code: 'SERVER_DISK_FULL' })
    }
  }
}
function empty(): void {
  control().one('PRAGMA max_page_count = 1000000')
  control().run('DROP TABLE filling')
}

const make = (headers = {}): Promise<Answer> => world.ask('POST', '/v1/keys', { key, headers, body: { scopes: ['read'], label: 'x'.repeat(200) } })
const keys = async (): Promise<number> => ((await world.ask('GET', '/v1/keys', { key })).body as KeyPage).items.length

it('where the disk has no room for a change it is refused as a whole, all else goes on, and it is done once there is room', async () => {
  fill()
  const named = { 'idempotency-key': 'full' }
  let refused = await make()
  // A page that is there already may have room for one.
  for (let tries = 0; refused.status === 201 && tries < 20; tries++) refused = await make()
  expect([refused.status, (refused.body as Problem).code, refused.headers.get('retry-after')]).toEqual([507, 'SERVER_DISK_FULL', '10'])
  const made = await keys()
  expect((await make(named)).status).toBe(507)
  expect(await keys()).toBe(made)
  expect((await world.ask('GET', '/v1/apps/counts', { key })).status).toBe(200)
  expect((await world.send(key, 'readings', lines([1, 1]))).status).toBe(200)
  empty()
  expect((await make(named)).status).toBe(201)
  expect(await keys()).toBe(made + 1)
})

it('what is only noted for people holds up no app and no end of the server, and is told in its log', async () => {
  const { supervisor, keys: known, logger } = world.platform.ground
  const told: unknown[] = []
  Object.assign(logger, { error: (_what: unknown, text: unknown) => told.push(text) })
  fill()
  for (let times = 0; times < 5; times++) supervisor.told({ tenant: 'acme', job: 'counts', kind: 'stalled', reason: 'x'.repeat(2000) })
  expect(told).toContain('what happened to apps could not be kept')
  control().one('PRAGMA query_only = ON')
  expect(() => known.writeUsed()).toThrow()
  await world.restart({ workers: 0 })
  expect(told).toContain('when keys were last used could not be written')
  expect((await world.ask('GET', '/v1/apps/counts', { key })).body as AppDetails).toMatchObject({ state: 'running' })
})

it('a change that was done is answered so, though nobody could write down who did it', async () => {
  const { control: database } = world.platform.ground
  database.run("CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT raise(FAIL, 'no room'); END")
  expect((await make({ 'idempotency-key': 'unaudited' })).status).toBe(201)
  expect((await make({ 'idempotency-key': 'unaudited' })).status).toBe(201)
  database.run('DROP TRIGGER no_room')
  expect((await world.ask('POST', '/v1/keys', { key, body: { scopes: ['read'] } })).status).toBe(201)
})
