import type { Outgoing } from '@millrace/api'
import { expect, test } from 'vitest'
import { outgoingText, parseOutgoing } from './outgoing.ts'

const cases: readonly (readonly [string, Outgoing])[] = [
  ['failures/alerts', { app: 'failures', output: 'alerts' }],
  ['failures/late', { app: 'failures', output: 'late' }],
  ['failures/late/aggregate-1', { app: 'failures', late: 'aggregate-1' }],
  ['streams/readings', { stream: 'readings' }],
  ['streams/readings/dead-letters', { deadLetters: 'readings' }],
  ['apps/streams/readings', { app: 'streams', output: 'readings' }],
  ['apps/apps/late/aggregate-1', { app: 'apps', late: 'aggregate-1' }],
]

test.each(cases)('%s is what goes out, and is shown as such', (text, of) => {
  expect(parseOutgoing(text)).toEqual(of)
  expect(outgoingText(of)).toBe(text)
})

test('apps/ in front changes nothing', () => {
  expect(parseOutgoing('apps/failures/alerts')).toEqual(parseOutgoing('failures/alerts'))
  expect(parseOutgoing('apps/failures/late/aggregate-1')).toEqual(parseOutgoing('failures/late/aggregate-1'))
})

test.each(['', 'failures', 'failures/', '/alerts', 'streams', 'streams/readings/records', 'failures/late/a/b', 'failures/early/a'])('%j is refused', (text) => {
  expect(() => parseOutgoing(text)).toThrow(expect.objectContaining({ code: 'CLI_OPTION_VALUE' }))
})
