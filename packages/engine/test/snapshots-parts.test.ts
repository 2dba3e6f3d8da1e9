import { MillraceError } from '@millrace/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { every } from './apps.ts'
import { randomRows } from './random-rows.ts'
import { type PlainRow, SmallJob, withoutBytes } from './small-job.ts'

/** The parts of a snapshot, or of several, as `of` jobs keep them. */
function divided(snapshot: Uint8Array | readonly Uint8Array[], of: number): Uint8Array[] {
  return Array.from({ length: of }, (_, index) => new SmallJob(every.plan, { snapshot, part: { index, of } }).job.snapshot())
}

const before = (rows: readonly PlainRow[]): SmallJob => new SmallJob(every.plan).push(rows)

describe('parts of a snapshot', () => {
  it('together are the whole', () => {
    fc.assert(
      fc.property(randomRows(40), fc.nat(40), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (rows, cut, of, then) => {
        const job = before(rows.slice(0, cut))
        const parts = divided(divided(job.job.snapshot(), of), then)
        const whole = new SmallJob(every.plan, { snapshot: parts }, Math.min(cut, rows.length))
        const told = job.told.length
        job.push(rows.slice(cut)).end()
        expect(whole.push(rows.slice(cut)).end().told).toEqual(job.told.slice(told))
        expect(withoutBytes(whole.job.stats())).toEqual(withoutBytes(job.job.stats()))
      }),
      { numRuns: 25 },
    )
  })

  it('each hold keys of their own', () => {
    const job = before(Array.from({ length: 200 }, (_, at) => ({ at: at * 100, site: `s${at % 50}`, id: at % 40, value: at, on: at % 2 === 0 })))
    const snapshot = job.job.snapshot()
    const keys = [0, 1, 2].map((index) => new SmallJob(every.plan, { snapshot, part: { index, of: 3 } }).job.stats().keys)
    expect(keys.reduce((sum, count) => sum + count, 0)).toBe(job.job.stats().keys)
    for (const count of keys) expect(count).toBeGreaterThan(job.job.stats().keys / 10)
  })

  it('taken at different places, or by different plans, are refused', () => {
    const [one] = divided(before([{ at: 0 }]).job.snapshot(), 2) as [Uint8Array]
    const [, other] = divided(before([{ at: 1 }]).job.snapshot(), 2) as [Uint8Array, Uint8Array]
    const open = (): unknown => new SmallJob(every.plan, { snapshot: [one, other] })
    expect(open).toThrow(MillraceError)
    expect(open).toThrow(expect.objectContaining({ code: 'SNAPSHOT_PARTS_DIFFER' }))
  })
})
