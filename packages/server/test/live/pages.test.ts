import { afterEach, beforeEach, expect, it } from 'vitest'
import { tenant, World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.close())

const lines = async (answer: Response): Promise<Record<string, unknown>[]> =>
  (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

it('records come as they were accepted, with where they stand in the log', async () => {
  await world.send([
    [7, 1, 1.5],
    [8, 2, -3],
  ])
  const answer = await world.get('/v1/streams/readings/records')
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  expect(await lines(answer)).toEqual([
    { $sequence: 1, $ingestionMs: 1_000_000, sensor: 7, at: '1970-01-01T00:00:01Z', value: 1.5 },
    { $sequence: 2, $ingestionMs: 1_000_000, sensor: 8, at: '1970-01-01T00:00:02Z', value: -3 },
  ])
  expect(answer.headers.get('millrace-next')).toBe('3')
})

it('pages of any size give every record once', async () => {
  for (let sensor = 0; sensor < 40; sensor++) await world.send([[sensor, 1, 1]])
  await world.log.maintain()
  for (const limit of [1, 7, 40, 100]) {
    const seen: unknown[] = []
    let url = `/v1/streams/readings/records?limit=${limit}`
    for (let count = -1; count !== 0; ) {
      const answer = await world.get(url)
      const page = await lines(answer)
      seen.push(...page.map(({ sensor }) => sensor))
      url = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
      count = page.length
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, sensor) => sensor))
  }
})

it('JSON is one object of all items, CSV has one header', async () => {
  await world.send([
    [1, 1, 1],
    [2, 2, 2],
  ])
  await world.send([[3, 3, 3]])
  const page = await (await world.get('/v1/streams/readings/records', { accept: 'application/json' })).json()
  expect(page).toMatchObject({ items: [{ sensor: 1 }, { sensor: 2 }, { sensor: 3 }], next: 4 })
  const empty = await world.get('/v1/streams/readings/records?from=4', { accept: 'application/json' })
  expect(await empty.json()).toEqual({ items: [], next: 4 })
  const csv = await (await world.get('/v1/streams/readings/records', { accept: 'text/csv' })).text()
  expect(csv).toBe(
    '$sequence,$ingestionMs,sensor,at,value\n1,1000000,1,1970-01-01T00:00:01Z,1\n2,1000000,2,1970-01-01T00:00:02Z,2\n3,1000000,3,1970-01-01T00:00:03Z,3\n',
  )
})

it('reading may begin at a time', async () => {
  await world.send([[1, 1, 1]])
  world.nowMs += 5000
  await world.send([[2, 2, 2]])
  expect((await lines(await world.get('/v1/streams/readings/records?fromMs=1000001'))).map(({ sensor }) => sensor)).toEqual([2])
  expect((await world.get('/v1/streams/readings/records?fromMs=1&from=2')).status).toBe(400)
})

it('who waits has the next record as soon as it is there, or nothing when the time is over', async () => {
  const waiting = world.get('/v1/streams/readings/records?waitMs=20000')
  await new Promise((resolve) => setTimeout(resolve, 20))
  await world.send([[1, 1, 1]])
  expect(await lines(await waiting)).toHaveLength(1)
  const nothing = await world.get('/v1/streams/readings/records?from=2&waitMs=30')
  expect([await nothing.text(), nothing.headers.get('millrace-next')]).toEqual(['', '2'])
})

it('results have their ids, epoch and place; an alert is a result', async () => {
  await world.send([
    [1, 1, 70],
    [1, 2, 40],
    [1, 12, 0],
    [1, 3, 1],
  ])
  await world.run()
  const [result] = await lines(await world.get('/v1/apps/sums/outputs/sums/records'))
  expect(result).toMatchObject({ _id: expect.stringMatching(/^[0-9a-f]{32}$/), _revision: 0, $epoch: 1, sensor: 1, count: 2, sum: 110 })
  const cause = await world.get(`/v1/streams/readings/records?from=${result?.['$cause']}&limit=1`)
  expect(await lines(cause)).toMatchObject([{ sensor: 1, at: expect.stringContaining(':12'), $sequence: result?.['$cause'] }])
  const [alert] = await lines(await world.get('/v1/apps/sums/outputs/alerts/records'))
  expect(alert).toMatchObject({ alert: 'open', severity: 'critical', message: 'sensor 1' })
  const [late] = await lines(await world.get('/v1/apps/sums/late/aggregate-1/records'))
  expect(late).toMatchObject({ $epoch: 1, $watermark: '1970-01-01T00:00:12Z', $lagMs: 9000, sensor: 1, value: 1 })
})

it('dead letters come with their bytes', async () => {
  const letter = { stream: 'readings', record: 3, byteOffset: 12, column: 'value', code: 'VALUE_NOT_NUMBER', reason: 'no number', key: null }
  await world.sendDead([
    { ...letter, text: '{"value":"=x"}' },
    { ...letter, base64: '/w==' },
  ])
  const letters = await lines(await world.get('/v1/streams/readings/dead-letters'))
  expect(letters).toMatchObject([
    { $sequence: 1, ...letter, text: '{"value":"=x"}', base64: null },
    { $sequence: 2, text: null, base64: '/w==' },
  ])
})

it('what is not there is a problem of its own, told alike for all', async () => {
  const problem = async (path: string, accept = '*/*') => {
    const answer = await world.get(path, { accept })
    return [answer.status, ((await answer.json()) as { code: string }).code]
  }
  expect(await problem('/v1/streams/other/records')).toEqual([404, 'STREAM_UNKNOWN'])
  expect(await problem('/v1/streams/other/dead-letters')).toEqual([404, 'STREAM_UNKNOWN'])
  expect(await problem('/v1/apps/other/outputs/sums/records')).toEqual([404, 'APP_UNKNOWN'])
  expect(await problem('/v1/apps/sums/outputs/toString/records')).toEqual([404, 'OUTPUT_UNKNOWN'])
  expect(await problem('/v1/apps/sums/late/other/records')).toEqual([404, 'LATE_UNKNOWN'])
  expect(await problem('/v1/streams/readings/records?from=99')).toEqual([409, 'RECORDS_AHEAD'])
  expect(await problem('/v1/streams/readings/records', 'image/png')).toEqual([406, 'RECORDS_FORMAT'])
})

it('a position that retention dropped is gone, and the oldest there is is named', async () => {
  await world.close()
  world = await World.openSmall()
  for (let sensor = 1; sensor <= 60; sensor++) await world.send([[sensor, 1, 1]])
  world.nowMs += 100_000
  await world.log.setRetention(tenant, 'readings', { maxAgeMs: 1000, maxBytes: null })
  await world.log.maintain()
  const oldest = world.log.stream(tenant, 'readings')?.firstSequence ?? world.log.nextSequence(tenant)
  expect(oldest).toBeGreaterThan(10)
  const answer = await world.get('/v1/streams/readings/records?from=3')
  expect([answer.status, answer.headers.get('millrace-oldest')]).toEqual([410, String(oldest)])
  expect(await answer.json()).toMatchObject({ code: 'RECORDS_DROPPED', detail: expect.stringContaining(`at ${oldest}`) })
  const events = await world.get('/v1/streams/readings/live', { 'last-event-id': '3' })
  expect(events.status).toBe(410)
  expect((await world.get(`/v1/streams/readings/records?from=${oldest}`)).status).toBe(200)
  expect((await world.get('/v1/streams/readings/records')).status).toBe(200)
})
