import { describe, expect, test } from 'vitest'
import { counting, merging } from '../../test/plans.ts'
import { namedInputs } from './inputs.ts'

const code = (name: string) => expect.objectContaining({ code: name })

describe('inputs', () => {
  test('an input names its stream and its file', () => {
    expect(namedInputs(merging, ['right=-', 'left=a=b.csv', 'left=c.csv'])).toEqual([
      { stream: 'right', file: '-' },
      { stream: 'left', file: 'a=b.csv' },
      { stream: 'left', file: 'c.csv' },
    ])
  })

  test('an app of one stream takes a bare file', () => {
    expect(namedInputs(counting, ['data.csv', 'dir/a=b.csv'])).toEqual([
      { stream: 'readings', file: 'data.csv' },
      { stream: 'readings', file: 'dir/a=b.csv' },
    ])
  })

  test.each([
    ['CLI_INPUT_FORM', ['data.csv']],
    ['CLI_INPUT_FORM', ['left=']],
    ['CLI_INPUT_STREAM', ['lft=a.csv', 'right=b']],
    ['CLI_INPUT_NONE', ['left=a.csv']],
    ['CLI_INPUT_STDIN', ['left=-', 'right=-']],
  ])('%s: %j', (name, texts) => {
    expect(() => namedInputs(merging, texts)).toThrow(code(name))
  })

  test('a stream nearly right is suggested', () => {
    expect(() => namedInputs(merging, ['lft=a.csv'])).toThrow(expect.objectContaining({ action: expect.stringContaining('Did you mean "left"?') }))
  })
})
