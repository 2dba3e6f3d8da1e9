import type { Problem, RecordsPage, Stream } from '@millrace/api/schemas'
import type { ColumnNode, Plan, StreamNode } from '@millrace/plan'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  await world.open({ workers: 0, durability: 'os' })
  key = await world.tenant('acme')
})
afterAll(() => world.end())

const sensor: ColumnNode = { name: 'sensor', type: { kind: 'int32' } }
const at: ColumnNode = { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } }
const value: ColumnNode = { name: 'value', type: { kind: 'float64' } }
const unit: ColumnNode = { name: 'unit', type: { kind: 'string' }, optional: true }
const own = [sensor, at, value, unit]

const withColumns = (columns: readonly ColumnNode[]): StreamNode => ({ ...readings, schema: { columns } })
const declare = (stream: string, columns: readonly ColumnNode[]) =>
  world.ask('PUT', `/v1/streams/${stream}`, { key, body: { declaration: withColumns(columns) } })

/** As the table of docs/server.md says: name of the change, the columns then, and the codes of what is refused. */
const changes: readonly (readonly [string, readonly ColumnNode[], readonly string[]])[] = [
  ['new, optional', [...own, { name: 'room', type: { kind: 'string' }, optional: true }], []],
  ['new, not optional', [...own, { name: 'room', type: { kind: 'string' } }], ['STREAM_COLUMN_NEW']],
  ['another type', [{ name: 'sensor', type: { kind: 'int64' } }, at, value, unit], ['STREAM_COLUMN_TYPE']],
  ['another type, optional', [sensor, at, value, { ...unit, type: { kind: 'bool' } }], ['STREAM_COLUMN_TYPE']],
  ['gone, always had a value', [sensor, at, unit], ['STREAM_COLUMN_GONE']],
  ['gone, was optional', [sensor, at, value], []],
  ['optional from now on', [sensor, at, { ...value, optional: true }, unit], ['STREAM_COLUMN_GONE']],
  ['no longer optional', [sensor, at, value, { name: 'unit', type: { kind: 'string' } }], ['STREAM_COLUMN_NEW']],
  ['in another order', [unit, value, at, sensor], []],
]

describe('a column that is', () => {
  it.each(changes)('%s', async (_name, columns, refused) => {
    const stream = `changed${changes.findIndex(([, found]) => found === columns)}`
    await declare(stream, own)
    const { status, body } = await declare(stream, columns)
    if (refused.length === 0) expect([status, (body as Stream).version]).toEqual([200, 2])
    else expect([status, (body as Problem).issues.map(({ code }) => code)]).toEqual([409, refused])
  })
})

/** Gives each record as it is, with the columns that it declares. */
function copying(name: string, columns: readonly ColumnNode[]): Plan {
  return {
    version: 1,
    name,
    params: {},
    streams: { evolving: withColumns(columns) },
    operators: [
      { id: 'read', kind: 'read', stream: 'evolving' },
      { id: 'kept', kind: 'filter', input: 'read', where: { kind: 'literal', value: true } },
    ],
    outputs: { all: 'kept' },
  }
}

it('F2: apps read records of the schema they declare, whichever was in force when these came; none is discarded or misread', async () => {
  const results = async (app: string): Promise<readonly unknown[]> => {
    await world.settled('acme', app)
    const page = await world.ask('GET', `/v1/apps/${app}/outputs/all/records`, { key, headers: { accept: 'application/json' } })
    return (page.body as RecordsPage).items.map((row) => [row['sensor'], row['value'], row['unit']])
  }
  const deploy = async (app: string, columns: readonly ColumnNode[]): Promise<void> => {
    const { status, body } = await world.ask('PUT', `/v1/apps/${app}`, { key, body: { plan: copying(app, columns) } })
    expect(status, JSON.stringify(body)).toBe(201)
    await world.ask('POST', `/v1/apps/${app}/start`, { key })
  }
  const old = [sensor, at, value]
  await declare('evolving', old)
  await deploy('old', old)
  await world.send(key, 'evolving', '{"sensor":1,"at":1000,"value":1}\n')
  await declare('evolving', [unit, ...old])
  await deploy('new', [value, unit, at, sensor])
  await world.send(key, 'evolving', '{"sensor":2,"at":2000,"value":2,"unit":"C"}\n')
  expect(await results('old')).toEqual([
    [1, 1, undefined],
    [2, 2, undefined],
  ])
  expect(await results('new')).toEqual([
    [1, 1, null],
    [2, 2, 'C'],
  ])
})

it('F2: an app that declares what its stream does not have is refused before it is deployed', async () => {
  const { status, body } = await world.ask('PUT', '/v1/apps/other', {
    key,
    body: { plan: copying('other', [sensor, at, { ...value, type: { kind: 'string' } }]) },
  })
  expect([status, (body as Problem).issues.map(({ code }) => code)]).toEqual([422, ['APP_STREAM_UNFIT']])
})
