import type { DeadLetterPage, DeadLetterReplay, DeadLetterTotals, Problem, RecordsPage } from '@millrace/api/schemas'
import type { ColumnNode, Plan, StreamNode } from '@millrace/plan'
import { app, milliseconds, schema, seconds, stream, text, tumbling } from '@millrace/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DeadLetters } from '../src/dead-letters/dead-letters.ts'
import { counts, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
const settings = { workers: 0, durability: 'os' } as const
let key = ''
beforeAll(async () => {
  await world.open(settings)
  key = await world.tenant('acme')
})
afterAll(() => world.end())

const strict: StreamNode = { ...readings, unknownFields: 'strict', key: ['sensor'] }
const wider: StreamNode = {
  ...strict,
  schema: { columns: [...readings.schema.columns, { name: 'unit', type: { kind: 'string' }, optional: true } as ColumnNode] },
}

const declare = (stream: string, declaration: StreamNode, more: object = {}) =>
  world.ask('PUT', `/v1/streams/${stream}`, { key, body: { declaration, ...more } })
const json = { accept: 'application/json' }
const page = async <P>(path: string): Promise<P> => (await world.ask('GET', path, { key, headers: json })).body as P
const records = async (stream: string): Promise<RecordsPage['items']> => (await page<RecordsPage>(`/v1/streams/${stream}/records`)).items
const letters = async (stream: string): Promise<DeadLetterPage['items']> => (await page<DeadLetterPage>(`/v1/streams/${stream}/dead-letters`)).items
const totals = async (stream: string, query = ''): Promise<DeadLetterTotals> => page(`/v1/streams/${stream}/dead-letters/totals${query}`)
const replay = async (stream: string, body: object = {}): Promise<DeadLetterReplay> =>
  (await world.ask('POST', `/v1/streams/${stream}/dead-letters/replay`, { key, body })).body as DeadLetterReplay

it('dead letters are counted by code and key, also through a restart', async () => {
  await declare('counted', strict)
  const bad = (sensor: number, times: number): string => `{"sensor":${sensor},"at":1000,"value":"x"}\n`.repeat(times)
  await world.send(key, 'counted', bad(1, 3) + bad(2, 1))
  expect(await totals('counted')).toMatchObject({ letters: 4, replayed: 0, keys: 2, otherKeys: 0, withoutKey: 0 })
  await world.send(key, 'counted', `${bad(2, 4)}{"sensor"\n`)
  await world.restart(settings)
  expect(await totals('counted')).toEqual({
    ...{ letters: 9, replayed: 0, byCode: { VALUE_TYPE: 8, JSON_SYNTAX: 1 }, keys: 2, otherKeys: 0, withoutKey: 1 },
    byKey: [
      { key: '2', letters: 5 },
      { key: '1', letters: 3 },
    ],
  })
  expect((await totals('counted', '?keys=1')).byKey).toEqual([{ key: '2', letters: 5 }])
})

it('of keys beyond 10,000 only the letters are counted', async () => {
  await declare('many', strict)
  await world.send(key, 'many', Array.from({ length: 10_003 }, (_, sensor) => `{"sensor":${sensor},"at":1000,"value":"x"}\n`).join(''))
  expect(await totals('many', '?keys=0')).toMatchObject({ letters: 10_003, keys: 10_000, byKey: [], otherKeys: 3 })
})

it('what fits after a change of the schema becomes records, each once however often it is replayed', async () => {
  await declare('widened', strict)
  await world.send(
    key,
    'widened',
    '{"sensor":1,"at":1000,"value":1,"unit":"C"}\n{"sensor":2,"at":1000,"value":"x"}\n{"sensor":3,"at":3000,"value":3,"unit":"F"}\n',
  )
  expect(await records('widened')).toEqual([])
  await declare('widened', wider)
  expect(await replay('widened', { dryRun: true })).toMatchObject({ replayed: 2, unfit: 1 })
  expect(await records('widened')).toEqual([])
  const done = await replay('widened')
  expect(done).toMatchObject({ replayed: 2, replayedBefore: 0, unfit: 1, reasons: [{ column: 'value', code: 'VALUE_TYPE' }], next: null })
  await world.restart(settings)
  expect(await replay('widened')).toMatchObject({ replayed: 0, replayedBefore: 2, unfit: 1 })
  expect((await records('widened')).map(({ sensor, unit }) => [sensor, unit])).toEqual([
    [1, 'C'],
    [3, 'F'],
  ])
  expect(await letters('widened')).toHaveLength(3)
  expect(await totals('widened')).toMatchObject({ letters: 3, replayed: 2 })
})

it('two replays at a time add nothing twice', async () => {
  await declare('raced', strict)
  await world.send(key, 'raced', Array.from({ length: 50 }, (_, at) => `{"sensor":${at},"at":${at},"value":1,"unit":"C"}\n`).join(''))
  await declare('raced', wider)
  const [one, other] = await Promise.all([replay('raced'), replay('raced')])
  expect([one, other].map(({ replayed, replayedBefore }) => [replayed, replayedBefore])).toEqual([
    [50, 0],
    [0, 50],
  ])
  expect(await records('raced')).toHaveLength(50)
})

it('many letters are replayed page by page', async () => {
  await declare('paged', strict)
  await world.send(key, 'paged', Array.from({ length: 7 }, (_, at) => `{"sensor":${at},"at":${at},"value":1,"unit":"C"}\n`).join(''))
  await declare('paged', wider)
  let replayed = 0
  for (let from: number | null = 0; from !== null; ) {
    const done: DeadLetterReplay = await replay('paged', { from, limit: 3 })
    replayed += done.replayed
    from = done.next
  }
  expect(replayed).toBe(7)
  expect((await records('paged')).map(({ sensor }) => sensor)).toEqual([0, 1, 2, 3, 4, 5, 6])
})

it('lines of CSV mean what the header of their body said, whatever the schema says of the order', async () => {
  await declare('lines', { ...strict, format: { kind: 'csv', separator: ';', header: 'present' } })
  const csv = (text: string) => world.send(key, 'lines', text, 'application/octet-stream')
  await csv('value;"unit";at;sensor\n1.5;C;1000;7\n2.5;"F;x";2000;8\n')
  await csv('sensor;at;value\n9;1000;warm\n')
  expect(await records('lines')).toEqual([])
  await declare('lines', { ...wider, format: { kind: 'csv', separator: ';', header: 'present' } })
  expect(await replay('lines')).toMatchObject({ replayed: 2, unfit: 2 })
  expect((await records('lines')).map(({ sensor, value, unit }) => [sensor, value, unit])).toEqual([
    [7, 1.5, 'C'],
    [8, 2.5, 'F;x'],
  ])
})

it('a deleted stream leaves neither letters nor totals nor what was replayed', async () => {
  await world.ask('DELETE', '/v1/streams/widened', { key })
  await declare('widened', strict)
  expect(await totals('widened')).toMatchObject({ letters: 0, replayed: 0, byKey: [] })
  expect(await replay('widened')).toMatchObject({ replayed: 0, unfit: 0 })
})

const errorsStream = stream('dead_letters', {
  schema: schema({ stream: text(), key: text({ optional: true }), code: text() }),
  format: 'ndjson',
  watermark: { boundedOutOfOrderness: seconds(0) },
})

const errors: Plan = app('errors', {}, (from) => ({
  perKey: from(errorsStream)
    .keyBy('stream', 'key')
    .window(tumbling(milliseconds(20)))
    .aggregate((_letter, { count }) => ({ count: count() })),
})).plan

it('dead letters are a stream that apps can window: errors by key', async () => {
  await declare('failing', strict)
  await declare('dead_letters', errors.streams['dead_letters'] as StreamNode)
  await world.ask('PUT', '/v1/apps/errors', { key, body: { plan: errors } })
  await world.ask('POST', '/v1/apps/errors/start', { key })
  let sent = 0
  while (world.rows('acme', 'errors', 'perKey') < 2) {
    await world.send(key, 'failing', '{"sensor":1,"at":1,"value":"x"}\n{"sensor":2,"at":1,"value":2}\n{"sensor":1,"at":1,"value":"y"}\n')
    sent += 2
    await world.settled('acme', 'errors')
  }
  const [first] = (await page<RecordsPage>('/v1/apps/errors/outputs/perKey/records')).items
  expect(first).toMatchObject({ stream: 'failing', key: '1', count: expect.any(Number) })
  const letters = await records('dead_letters')
  expect(letters).toHaveLength(sent)
  expect(letters[0]).toMatchObject({ stream: 'failing', key: '1', code: 'VALUE_TYPE' })
  expect((await totals('failing')).letters).toBe(sent)
})

it('what is sent again with its number is among the dead letters once, in whichever form', async () => {
  const before = (await records('dead_letters')).length
  const headers = { 'content-type': 'application/x-ndjson', 'millrace-producer': 'p', 'millrace-sequence': '1' }
  for (let times = 0; times < 2; times++) await world.ask('POST', '/v1/streams/failing/records', { key, body: '{"sensor":7}\n', headers })
  expect(await records('dead_letters')).toHaveLength(before + 1)
})

it('a stream of dead letters has their columns and no others', async () => {
  const wrong = { ...strict, schema: { columns: [...readings.schema.columns, { name: 'code', type: { kind: 'int32' } } as ColumnNode] } }
  const { status, body } = await declare('dead_letters', wrong)
  expect(status).toBe(422)
  expect((body as Problem).issues.map(({ code, path }) => `${code} ${path}`)).toContain('STREAM_DEAD_LETTERS declaration.time')
})

it('an app that is called like a stream takes none of its dead letters along, and no output is called like them', async () => {
  await declare('counts', strict)
  await declare('readings', readings)
  await world.send(key, 'counts', '{"sensor":1}\n')
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  await world.ask('DELETE', '/v1/apps/counts', { key })
  expect(await letters('counts')).toHaveLength(1)
  const { body } = await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: { ...counts, outputs: { dead: counts.outputs['counts'] } } } })
  expect((body as Problem).issues.map(({ code, path }) => `${code} ${path}`)).toEqual(['APP_OUTPUT_NAME plan.outputs.dead'])
})

it('where nobody asks, streams are counted one after the other', async () => {
  const streams = Array.from({ length: 20 }, (_, at) => `unasked${at}`)
  for (const stream of streams) {
    await declare(stream, strict)
    await world.send(key, stream, 'bad\n')
  }
  const { log, control, logger } = world.platform.ground
  let [open, most] = [0, 0]
  const reader: typeof log.reader = (options) => {
    const opened = log.reader(options)
    most = Math.max(most, ++open)
    const { close } = opened
    opened.close = () => {
      open--
      close.call(opened)
    }
    return opened
  }
  const counting = new DeadLetters({ log: { reader, stream: (tenant, stream) => log.stream(tenant, stream) }, control, logger, lookEveryMs: 1 })
  const counted = () => control.all("SELECT stream FROM dead_letter_totals WHERE stream LIKE 'unasked%'").length
  await expect.poll(counted).toBe(streams.length)
  await counting.close()
  expect([most, open]).toEqual([1, 0])
})
