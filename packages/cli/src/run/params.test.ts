import { describe, expect, test } from 'vitest'
import { counting } from '../../test/plans.ts'
import { paramValues } from './params.ts'

describe('params', () => {
  test("a value has the type of the app's own", () => {
    expect(paramValues(counting, ['limit=3.5', 'label=a=b', 'on=false', 'wait=90s', 'since=2017-02-01T00:00:00Z'])).toEqual({
      limit: 3.5,
      label: 'a=b',
      on: false,
      wait: { durationMs: 90_000 },
      since: { timestampMs: Date.UTC(2017, 1, 1) },
    })
  })

  test.each(['limit=three', 'limit=', 'limit=9007199254740993', 'on=yes', 'wait=5', 'since=yesterday'])('%s is refused', (text) => {
    expect(() => paramValues(counting, [text])).toThrow(expect.objectContaining({ code: 'CLI_PARAM_VALUE' }))
  })

  test('an unknown name is refused, inherited ones too', () => {
    for (const text of ['limt=3', 'constructor=1']) expect(() => paramValues(counting, [text])).toThrow(expect.objectContaining({ code: 'CLI_PARAM_UNKNOWN' }))
    expect(() => paramValues(counting, ['limit'])).toThrow(expect.objectContaining({ code: 'CLI_PARAM_FORM' }))
  })
})
