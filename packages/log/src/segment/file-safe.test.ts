import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileSafe, segmentName } from './file-safe.ts'

const name = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 128 }), fc.constantFrom('con', 'CON', 'a.b', '..', '', 'Ä', 'x'.repeat(128)))

test('names stay apart on every file system, whatever they are, and are short letters and digits', () => {
  fc.assert(
    fc.property(name, name, (left, right) => {
      const [a, b] = [fileSafe(left), fileSafe(right)]
      expect(a).toMatch(/^[a-z0-9_~-]{1,120}$/)
      expect(a).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/)
      expect(a === b).toBe(left === right)
    }),
    { numRuns: 2000 },
  )
})

test('segments sort by name as by sequence', () => {
  const names = [9, 10, 2 ** 53 - 2].map((first) => segmentName(first, first + 1))
  expect(names.toSorted()).toEqual(names)
})
