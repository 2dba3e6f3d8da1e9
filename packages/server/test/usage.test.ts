import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem, Usage } from '@millrace/api/schemas'
import { openLog } from '@millrace/log'
import { afterEach, expect, it } from 'vitest'
import { Control } from '../src/control/control.ts'
import { dayOf } from '../src/usage/day.ts'
import { shownDays } from '../src/usage/shown-usage.ts'
import { Usage as Counting } from '../src/usage/usage.ts'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

let world = new World()
afterEach(async () => {
  await world.end()
  world = new World()
})

const bad = '{"sensor":"x"}\n'

async function opened(): Promise<string> {
  const key = await world.openWithTenant()
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  return key
}

const usage = async (key: string, query = ''): Promise<Usage> => (await world.ask('GET', `/v1/usage${query}`, { key })).body as Usage

it('records, dead letters, results and bytes are counted by day, stream and app, once each, through restarts', async () => {
  const key = await opened()
  const body = lines([1, 1], [2, 2], [1, 21]) + bad
  await world.send(key, 'readings', body)
  await world.settled('acme', 'counts')
  const first = await usage(key)
  const { storedBytes } = first.total
  expect(first.total).toMatchObject({ records: 3, deadLetters: 1, receivedBytes: body.length, results: 2, lateRecords: 0 })
  expect(first.days).toMatchObject([
    { day: dayOf(Date.now()), streams: [{ stream: 'readings', records: 3, deadLetters: 1 }], apps: [{ app: 'counts', results: 2 }] },
  ])
  expect(storedBytes).toBe(first.storageBytes - markBytes())
  await world.restart({ workers: 0 })
  expect((await usage(key)).total).toMatchObject({ records: 3, deadLetters: 1, receivedBytes: body.length, results: 2, storedBytes })
})

/** Of the log's own entries, which are nobody's use. */
function markBytes(): number {
  const own = world.platform.ground.log.streams('acme').filter(({ stream }) => stream.includes('$'))
  return own.reduce((sum, { bytes }) => sum + bytes, 0)
}

it('days with many streams are each looked at once', () => {
  let looked = 0
  const counted = (at: number) => ({
    tenant: 'acme', stream: `stream${at % 10}`, rows: 1, bytes: 2, receivedBytes: 3,
    get day() {
      looked++
      return beginning(at % 100)
    },
  }) // biome-ignore format: a count
  const days = shownDays({ streams: Array.from({ length: 1000 }, (_, at) => counted(at)), apps: [], queries: [] })
  expect(days.map(({ day, streams }) => [day, streams.length])).toEqual(Array.from({ length: 100 }, (_, at) => [beginning(at), 1]))
  expect(looked).toBe(1000)
})

function beginning(day: number): string {
  return dayOf(day * 86_400_000)
}

it('whatever ends the server, every row of the log is counted once', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomOf(seed)
  const folder = mkdtempSync(join(tmpdir(), 'millrace-usage-'))
  const control = Control.open(join(folder, 'control.sqlite'))
  control.run("INSERT INTO tenants VALUES ('acme', 0, '{}')")
  let counting: Counting | null = null
  const log = await openLog({ directory: join(folder, 'log'), durability: 'os', appended: (append, receipt) => counting?.appended(append, receipt) })
  const wanted = { a: 0, 'a/dead': 0 }
  for (let life = 0; life < 12; life++) {
    counting = new Counting(control, { error: () => {} })
    await counting.recover(log)
    for (let left = random(6); left > 0; left--) {
      const [stream, rows] = [random(2) === 0 ? 'a' : 'a/dead', 1 + random(9)] as const
      await log.append({ tenant: 'acme', chunks: [{ stream, kind: 'bytes', rows, schema: 0, payload: new Uint8Array(8) }, mark] })
      wanted[stream] += rows
      if (random(3) === 0) counting.between('acme', '', '')
    }
    // Now and then it ends well, else nothing more is written of it.
    if (random(3) === 0) counting.close()
  }
  counting = new Counting(control, { error: () => {} })
  await counting.recover(log)
  const { streams } = counting.between('acme', '', '9')
  expect(Object.fromEntries(streams.map(({ stream, rows }) => [stream, rows])), `seed ${seed}`).toEqual(wanted)
  await log.close()
  control.close()
  rmSync(folder, { recursive: true })
})

const mark = { stream: '$x', kind: 'mark', rows: 1, schema: 0, payload: new Uint8Array(0) } as const

/** Whole numbers below a limit. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

it('days that there are not are refused, with the reason', async () => {
  const key = await opened()
  for (const query of ['?from=2026-02-30', '?from=2026-02-02&to=2026-02-01', '?from=2020-01-01&to=2026-01-01', '?from=today'])
    expect((await world.ask('GET', `/v1/usage${query}`, { key })).status, query).toBe(400)
  expect(((await world.ask('GET', '/v1/usage?from=2026-02-30', { key })).body as Problem).code).toBe('USAGE_DAYS')
  expect((await usage(key, '?from=2020-01-01&to=2020-01-02')).days).toEqual([])
})
