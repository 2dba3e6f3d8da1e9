import { join } from 'node:path'
import { generate } from '@millrace/cli/generate'
import { afterAll, describe, expect, test } from 'vitest'
import { Place } from './kept-run.ts'
import { readingsOf, twoStreams } from './two-streams.ts'

const examples = join(import.meta.dirname, '..', '..', '..', '..', 'examples')
const seed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const place = new Place()
afterAll(() => place.remove())

const alarms = place.file('alarms.csv', [...generate('bts', { rows: 6_000, seed, errorsOneIn: 40, spanMs: 7_200_000 })].join(''))
const cases: Readonly<Record<string, readonly string[]>> = {
  'windows that are revised, and alerts': [join(examples, 'bts-alarms', 'equipment-failures.ts'), '-i', alarms],
  'totals of every record': [join(examples, 'bts-alarms', 'totals.ts'), '-i', alarms],
  'overlapping windows of records in gzip': [
    join(examples, 'air-quality', 'particulate-matter.ts'),
    '-i',
    join(examples, 'air-quality', 'data', 'aberdeen-2019-04-24.csv.gz'),
  ],
  'alerts over records': [join(examples, 'air-quality', 'spikes.ts'), '-i', join(examples, 'air-quality', 'data', 'stuttgart-2017-01-16.json')],
  'lists, and a time that cannot be trusted': [
    join(examples, 'air-quality', 'polls.ts'),
    '-i',
    join(examples, 'air-quality', 'data', 'polls-2017-10-29.ndjson'),
  ],
  'several files of two streams': [
    place.file('two.json', twoStreams),
    ...['left', 'right', 'left'].flatMap((stream, at) => ['-i', `${stream}=${place.file(`${at}.csv`, readingsOf(seed + at, 800))}`]),
  ],
}

/** Of these the rest is shown, too: all of it for all of them is what takes time. */
const shown = ['windows that are revised, and alerts', 'several files of two streams']

describe.each(Object.entries(cases))(`%s (seed ${seed})`, (name, args) => {
  test('results that are kept in a folder are those of a run without one, byte for byte', async () => {
    expect(await place.run(args, `${name}/plain`)).toMatchObject({ code: 0 })
    expect(await place.run(args, `${name}/kept`, `${name}/state`)).toMatchObject({ code: 0 })
    expect(place.files(`${name}/kept`)).toEqual(place.files(`${name}/plain`))
  })

  if (!shown.includes(name)) return

  test('the same command once more, on more workers, gives them once more', async () => {
    expect(await place.run([...args, '--workers', '2'], `${name}/again`, `${name}/state`)).toMatchObject({ code: 0 })
    expect(place.files(`${name}/again`)).toEqual(place.files(`${name}/plain`))
  })

  test('two workers give what one does', async () => {
    expect(await place.run([...args, '--workers', '2'], `${name}/spread`, `${name}/state-2`)).toMatchObject({ code: 0 })
    expect(place.files(`${name}/spread`)).toEqual(place.files(`${name}/plain`))
  })
})
