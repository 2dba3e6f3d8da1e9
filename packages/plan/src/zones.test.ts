import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zoneOf } from './zones.ts'

const utc = (text: string) => Date.parse(`${text}Z`)
const hourMs = 3_600_000

test('offsets are read with and without colon and minutes', () => {
  expect(zoneOf('+02:00')?.offsetMsAt(0)).toBe(2 * hourMs)
  expect(zoneOf('-0330')?.offsetMsAt(0)).toBe(-3.5 * hourMs)
  expect(zoneOf('+05')?.offsetMsAt(0)).toBe(5 * hourMs)
  expect(Object.is(zoneOf('-00:00')?.offsetMsAt(0), 0)).toBe(true)
  expect(zoneOf('UTC')?.toUtcMs(7)).toBe(7)
  expect(zoneOf('Z')?.toUtcMs(7)).toBe(7)
})

test.each(['CET', 'EST', 'PST', 'BST', 'GMT', 'EST5EDT', 'cet', 'SystemV/PST8PDT', '', '+2', '+19:00', '+02:60', 'Mars/Phobos', 'UTC+2', 'a"]; exit()//'])(
  '%s is no zone',
  (name) => {
    expect(zoneOf(name)).toBeUndefined()
  },
)

test('an hour that the clocks skip moves forward by the gap', () => {
  expect(zoneOf('Europe/Berlin')?.toUtcMs(utc('2024-03-31T02:30:00'))).toBe(utc('2024-03-31T01:30:00'))
})

test('an hour that comes twice means the earlier instant', () => {
  expect(zoneOf('Europe/Berlin')?.toUtcMs(utc('2024-10-27T02:30:00'))).toBe(utc('2024-10-27T00:30:00'))
  expect(zoneOf('America/St_Johns')?.toUtcMs(utc('2005-10-29T23:30:00'))).toBe(utc('2005-10-30T02:00:00'))
})

test('the day that Samoa left out moves forward by a day', () => {
  expect(zoneOf('Pacific/Apia')?.toUtcMs(utc('2011-12-30T12:00:00'))).toBe(utc('2011-12-30T22:00:00'))
})

const names = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Antarctica/Troll',
]
const instants = fc.integer({ min: utc('1900-01-01T00:00:00') / 1000, max: utc('2200-01-01T00:00:00') / 1000 }).map((second) => second * 1000 + 123)

test('offsets are those that Intl shows, between 1900 and 2200', () => {
  const clocks = new Map(names.map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })]))
  fc.assert(
    fc.property(fc.constantFrom(...names), instants, (name, ms) => {
      const shown = clocks.get(name)?.format(ms).replace(' ', 'T') ?? ''
      expect(ms + (zoneOf(name)?.offsetMsAt(ms) ?? 0)).toBe(utc(shown) + 123)
    }),
    { numRuns: 500 },
  )
})

test('the local time of an instant leads back to it, or in a fold to an earlier one that shows the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), instants, (name, ms) => {
      const zone = zoneOf(name)
      if (zone === undefined) throw new Error(name)
      const localMs = ms + zone.offsetMsAt(ms)
      const back = zone.toUtcMs(localMs)
      expect(back).toBeLessThanOrEqual(ms)
      expect(back + zone.offsetMsAt(back)).toBe(localMs)
    }),
    { numRuns: 2000 },
  )
})
