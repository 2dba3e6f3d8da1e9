import { openLog } from '@millrace/log'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { counting } from '../plans.ts'
import { Place } from './kept-run.ts'
import { readingsOf, twoStreams } from './two-streams.ts'

const places: Place[] = []
let place: Place
beforeEach(() => {
  place = new Place()
  places.push(place)
})
afterAll(() => {
  for (const one of places) one.remove()
})

const linesOf = (text: string): string[] => text.split(/(?<=\n)/)

describe('a run that is kept open', () => {
  test('goes on with a file that grew, and then with another', async () => {
    const app = place.file('counting.json', counting)
    const lines = linesOf(readingsOf(7, 300))
    const part = (name: string, from: number, to: number) => place.file(name, lines.slice(from, to).join(''))
    await place.run([app, '-i', part('all.csv', 0, 300)], 'plain')
    await place.run([app, '-i', part('a.csv', 0, 100), '--keep-open'], 'kept', 'state')
    const open = place.files('kept')
    await place.run([app, '-i', part('a.csv', 0, 200), '--keep-open'], 'kept', 'state')
    expect(place.files('kept')['counts.ndjson']?.startsWith(open['counts.ndjson'] as string)).toBe(true)
    expect(await place.run([app, '-i', part('b.csv', 200, 300)], 'kept', 'state')).toMatchObject({ code: 0 })
    // Numbers of bad records begin anew in each file.
    const [plain, kept] = [place.files('plain'), place.files('kept')]
    for (const name of ['counts.ndjson', 'alerts.ndjson', 'late.ndjson']) expect(kept[name]).toBe(plain[name])
    expect(linesOf(kept['dead-letters.ndjson'] as string)).toHaveLength(linesOf(plain['dead-letters.ndjson'] as string).length)
  })

  test('of several streams has its ticks where one run would have them', async () => {
    const app = place.file('two.json', twoStreams)
    const [left, right] = [readingsOf(1, 200), readingsOf(2, 200)].map((text) => linesOf(text).filter((line) => !line.includes('odd')))
    const timeOf = (line: string) => Number(line.trim().split(',').at(-1))
    const middle = timeOf(left?.[100] as string)
    const input = (name: string, lines: readonly string[] = [], keep: (line: string) => boolean) => place.file(name, lines.filter(keep).join(''))
    // Sorted, so that two runs one after the other merge as one does.
    for (const lines of [left, right]) lines?.sort((a, b) => timeOf(a) - timeOf(b))
    const args = (name: string, keep: (line: string) => boolean) => [
      '-i',
      `left=${input(`l-${name}.csv`, left, keep)}`,
      '-i',
      `right=${input(`r-${name}.csv`, right, keep)}`,
    ]
    await place.run([app, ...args('all', () => true)], 'plain')
    await place.run([app, ...args('first', (line) => timeOf(line) < middle), '--keep-open'], 'kept', 'state')
    expect(await place.run([app, ...args('second', (line) => timeOf(line) >= middle)], 'kept', 'state')).toMatchObject({ code: 0 })
    expect(place.files('kept')).toEqual(place.files('plain'))
  })
})

describe('a changed app', () => {
  const stricter = { ...counting, params: { ...counting.params, limit: 3 } }
  const otherWindows = {
    ...counting,
    operators: counting.operators.map((operator) =>
      operator.kind === 'aggregate' ? { ...operator, window: { kind: 'tumbling', sizeMs: 2_000, offsetMs: 0 } } : operator,
    ),
  }

  test('is refused, unless it is to go on with what state fits', async () => {
    const input = place.file('a.csv', readingsOf(3, 200))
    await place.run([place.file('app.json', counting), '-i', input, '--keep-open'], 'out', 'state')
    const app = place.file('app.json', otherWindows)
    expect((await place.run([app, '-i', input], 'out', 'state')).err).toContain('[CLI_STATE_OTHER_PLAN]')
    const upgraded = await place.run([app, '-i', input, '--upgrade'], 'out', 'state')
    expect(upgraded).toMatchObject({ code: 0, err: expect.stringContaining('upgrade: the state of the operator aggregate-1 is dropped: ') })
    expect(await place.run([app, '-i', input], 'out', 'state')).toMatchObject({ code: 0, err: expect.not.stringContaining('upgrade') })
  })

  test('gives, fresh, what it would have given from the begin', async () => {
    const input = place.file('a.csv', readingsOf(4, 200))
    await place.run([place.file('app.json', counting), '-i', input], 'out', 'state')
    const app = place.file('app.json', stricter)
    await place.run([app, '-i', input], 'plain')
    expect(await place.run([app, '-i', input, '--fresh'], 'out', 'state')).toMatchObject({ code: 0 })
    expect(place.files('out')).toEqual(place.files('plain'))
    await place.run([app, '-i', input], 'out', 'state')
    expect(place.files('out')).toEqual(place.files('plain'))
  })
})

describe('what cannot follow is refused, and changes nothing', () => {
  test.each([
    ['CLI_STATE_ENDED', ['a.csv'], ['b.csv'], []],
    ['CLI_STATE_ENDED', ['a.csv'], ['a-grown.csv'], []],
    ['CLI_STATE_INPUT_AGAIN', ['a.csv', 'b.csv'], ['a.csv', 'c.csv'], ['--keep-open']],
  ])('%s: %j, then %j', async (code, first, second, flags) => {
    place.file('a.csv', readingsOf(1, 50))
    place.file('a-grown.csv', readingsOf(1, 60))
    place.file('b.csv', readingsOf(2, 50))
    place.file('c.csv', readingsOf(3, 50))
    const app = place.file('app.json', counting)
    const inputs = (names: readonly string[]) => names.flatMap((name) => ['-i', place.path(name)])
    expect(await place.run([app, ...inputs(first), ...flags], 'out', 'state')).toMatchObject({ code: 0 })
    const before = place.files('out')
    expect(await place.run([app, ...inputs(second), ...flags], 'other', 'state')).toMatchObject({ code: 1, err: expect.stringContaining(`[${code}]`) })
    expect(await place.run([app, ...inputs(first), ...flags], 'out', 'state')).toMatchObject({ code: 0 })
    expect(place.files('out')).toEqual(before)
  })

  test('a folder of something else, or of another app', async () => {
    place.file('mine/notes.txt', 'mine')
    const input = place.file('a.csv', readingsOf(1, 50))
    const app = place.file('app.json', counting)
    expect(await place.run([app, '-i', input], 'out', 'mine')).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_STATE_FOREIGN]') })
    await place.run([app, '-i', input], 'out', 'state')
    const other = place.file('other.json', { ...counting, name: 'other' })
    expect(await place.run([other, '-i', input], 'out', 'state')).toMatchObject({ code: 1, err: expect.stringContaining('[CLI_STATE_OTHER_APP]') })
  })

  test('a file of which nothing fits leaves the folder to the right one', async () => {
    const app = place.file('app.json', counting)
    const wrong = place.file('wrong.csv', 'this,is\nnot,it\n')
    const input = place.file('a.csv', readingsOf(1, 50))
    expect(await place.run([app, '-i', wrong], 'out', 'state')).toMatchObject({ code: 1, err: expect.stringContaining('[CLI_INPUT_NOTHING_FITS]') })
    await place.run([app, '-i', input], 'plain')
    expect(await place.run([app, '-i', input], 'out', 'state')).toMatchObject({ code: 0 })
    expect(place.files('out')).toEqual(place.files('plain'))
  })

  test('a folder that is in use', async () => {
    const app = place.file('app.json', counting)
    const input = place.file('a.csv', readingsOf(1, 50))
    const log = await openLog({ directory: place.path('state/log') })
    expect(await place.run([app, '-i', input], 'out', 'state')).toMatchObject({ code: 3, err: expect.stringContaining('[LOG_LOCKED]') })
    await log.close()
    expect(await place.run([app, '-i', input], 'out', 'state')).toMatchObject({ code: 0 })
  })

  test('options of a folder without one', async () => {
    const app = place.file('app.json', counting)
    expect(await place.run([app, '-i', place.file('a.csv', readingsOf(1, 5)), '--keep-open'], 'out')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--keep-open needs a folder of state'),
    })
  })
})
