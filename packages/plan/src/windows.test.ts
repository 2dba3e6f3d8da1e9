import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Window } from './operator.ts'
import { nextWindowEnd, windowEndOf, windowOf, windowStartOf, windowsOf } from './windows.ts'

const utc = (text: string) => Date.parse(`${text}Z`)
const hourMs = 3_600_000
const day = (zone: string, days = 1, offsetMs = 0): Window => ({ kind: 'tumbling', sizeMs: days * 24 * hourMs, offsetMs, zone })

test('a window holds its start and not its end, also before 1970', () => {
  const window: Window = { kind: 'tumbling', sizeMs: 600, offsetMs: 100 }
  expect(windowOf(window, 100)).toEqual({ startMs: 100, endMs: 700 })
  expect(windowOf(window, 699)).toEqual({ startMs: 100, endMs: 700 })
  expect(windowOf(window, 99)).toEqual({ startMs: -500, endMs: 100 })
  expect(windowOf(window, -501)).toEqual({ startMs: -1100, endMs: -500 })
})

test('a hopping window of three slides holds an instant three times', () => {
  const window: Window = { kind: 'hopping', sizeMs: 30, slideMs: 10, offsetMs: 0 }
  expect(windowsOf(window, -5)).toEqual([
    { startMs: -30, endMs: 0 },
    { startMs: -20, endMs: 10 },
    { startMs: -10, endMs: 20 },
  ])
  expect(windowOf(window, -5)).toEqual({ startMs: -10, endMs: 20 })
  expect(nextWindowEnd(window, 20)).toBe(30)
})

test('days of a zone have 23 and 25 hours when its clocks change', () => {
  const spring = windowOf(day('Europe/Berlin'), utc('2024-03-31T12:00:00'))
  expect(spring).toEqual({ startMs: utc('2024-03-30T23:00:00'), endMs: utc('2024-03-31T22:00:00') })
  const autumn = windowOf(day('Europe/Berlin'), utc('2024-10-27T12:00:00'))
  expect((autumn.endMs - autumn.startMs) / hourMs).toBe(25)
  expect(nextWindowEnd(day('Europe/Berlin'), autumn.startMs)).toBe(autumn.endMs)
})

test('a day whose midnight the clocks skip begins when they jump', () => {
  const { startMs, endMs } = windowOf(day('America/Sao_Paulo'), utc('2017-10-15T12:00:00'))
  expect([startMs, endMs]).toEqual([utc('2017-10-15T03:00:00'), utc('2017-10-16T02:00:00')])
})

test('a day that a zone left out is no window', () => {
  const before = windowOf(day('Pacific/Apia'), utc('2011-12-30T09:00:00'))
  expect(before.endMs).toBe(utc('2011-12-30T10:00:00'))
  expect(windowOf(day('Pacific/Apia'), before.endMs).startMs).toBe(before.endMs)
  expect(nextWindowEnd(day('Pacific/Apia'), before.endMs)).toBe(utc('2011-12-31T10:00:00'))
})

test('a day may begin at another hour of the zone', () => {
  expect(windowOf(day('Europe/Berlin', 1, 6 * hourMs), utc('2024-07-01T03:59:59')).startMs).toBe(utc('2024-06-30T04:00:00'))
})

const windows: fc.Arbitrary<Window> = fc.oneof(
  fc.record({ kind: fc.constant('tumbling' as const), sizeMs: fc.integer({ min: 1, max: 1e9 }), offsetMs: fc.constant(0) }),
  fc.record({
    kind: fc.constant('hopping' as const),
    sizeMs: fc.constant(60_000),
    slideMs: fc.constantFrom(5_000, 20_000, 60_000),
    offsetMs: fc.constantFrom(0, 3),
  }),
  fc
    .tuple(
      fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'America/Havana', 'Pacific/Apia', '+05:30'),
      fc.constantFrom(1, 2, 7),
      fc.constantFrom(0, hourMs),
    )
    .map(([zone, days, offsetMs]) => day(zone, days, offsetMs)),
)

test('every instant is in the windows it is said to be in, and the windows of a sequence touch', () => {
  fc.assert(
    fc.property(windows, fc.integer({ min: utc('1900-01-01T00:00:00'), max: utc('2200-01-01T00:00:00') }), (window, timeMs) => {
      const all = windowsOf(window, timeMs)
      expect(all).toHaveLength(window.kind === 'hopping' ? window.sizeMs / window.slideMs : 1)
      for (const { startMs, endMs } of all) {
        expect(startMs <= timeMs && timeMs < endMs).toBe(true)
        expect(windowEndOf(window, startMs)).toBe(endMs)
        expect(windowStartOf(window, startMs)).toBe(startMs)
      }
      const last = windowOf(window, timeMs)
      expect(last).toEqual(all.at(-1))
      const step = window.kind === 'hopping' ? window.slideMs : last.endMs - last.startMs
      expect(windowStartOf(window, last.startMs + step)).toBe(last.startMs + step)
      expect(nextWindowEnd(window, last.endMs)).toBe(windowEndOf(window, last.startMs + step))
    }),
    { numRuns: 1000 },
  )
})
