import fc from 'fast-check'
import type { PlainRow } from './small-job.ts'

const minuteMs = 60_000

/** Records of some twenty minutes, out of order, with missing values and few keys. */
export const randomRows = (maxLength: number): fc.Arbitrary<readonly PlainRow[]> =>
  fc.array(
    fc
      .record({
        minute: fc.nat(20),
        jitterMs: fc.constantFrom(0, 1, minuteMs - 1, 30_000),
        site: fc.constantFrom('north', 'south', '', 'Zürich 🏭', null),
        id: fc.constantFrom(0, -1, 2 ** 31, -(2 ** 40), Number.MAX_SAFE_INTEGER, null),
        value: fc.oneof(fc.constantFrom(0.1, 13, 1e15, -1e15, null), fc.nat(50)),
        on: fc.constantFrom(true, false, null),
      })
      .map(({ minute, jitterMs, ...row }) => ({ at: minute * minuteMs + jitterMs, ...row })),
    { maxLength },
  )
