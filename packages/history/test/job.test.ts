import { join } from 'node:path'
import { decodeBatch } from '@millrace/columns'
import { ResultIds } from '@millrace/formats'
import { Jobs, outputStream, readResults } from '@millrace/jobs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resultKey } from '../src/result-key.ts'
import { heat } from './heat.ts'
import { field, World } from './world.ts'

const outputs = ['means', 'hot', 'high'] as const
let world: World

beforeAll(async () => {
  world = await World.open()
  const jobs = new Jobs({ log: world.log, directory: join(world.directory, 'jobs'), workers: 1, live: false })
  await jobs.start({ tenant: 'acme', job: 'heat', plan: heat })
  const fields = [field('at', 'timestamp'), field('station', 'int64'), field('celsius', 'float64')]
  const rows = Array.from({ length: 200 }, (_, i) => ({ at: i * 10_000 - (i % 9 === 0 ? 90_000 : 0) + 100_000, station: i % 3, celsius: 20 + ((i * 7) % 23) }))
  await world.append('acme', 'readings', fields, rows)
  await jobs.settle('acme', 'heat')
  for (const output of outputs) await world.history.follow({ tenant: 'acme', stream: outputStream('heat', output), result: resultKey(heat, output) })
  await world.history.write('acme')
  await jobs.close()
})
afterAll(() => world.close())

it.each(outputs)('results of a job have in the history the ids that they have outside: %s', async (output) => {
  const expected: (readonly [string, number, number])[] = []
  const ids = new ResultIds({ tenant: 'acme', ...resultKey(heat, output) })
  const reader = world.log.reader({ tenant: 'acme', streams: [outputStream('heat', output)] })
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) {
    for (const { chunk } of pieces) {
      const { rows } = readResults(decodeBatch(chunk.payload))
      ids.open(rows)
      for (let row = 0; row < rows.count; row++) expected.push([ids.id(row), rows.sequence[row] as number, rows.revision?.[row] ?? -1])
    }
  }
  reader.close()
  const kept = await world.rows('acme', `SELECT * FROM "heat/${output}" ORDER BY entry`)
  expect(kept.length).toBeGreaterThan(5)
  expect(kept.map((row) => [row['result_id'], row['sequence'], row['revision'] ?? -1])).toEqual(expected)
})

it('the latest rows are one a result', async () => {
  const [found] = await world.rows(
    'acme',
    'SELECT count(*) AS rows, count(DISTINCT result_id) AS results, (SELECT count(*) FROM "heat/means") AS revisions FROM latest."heat/means"',
  )
  expect(found?.['rows']).toBe(found?.['results'])
  expect(found?.['revisions']).toBeGreaterThan(found?.['rows'] as number)
})
