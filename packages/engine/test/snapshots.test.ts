import { MillraceError } from '@millrace/plan'
import { app, minutes, tumbling } from '@millrace/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { every, readings } from './apps.ts'
import { randomRows } from './random-rows.ts'
import { type PlainRow, SmallJob, withoutBytes } from './small-job.ts'

function snapshotOf(rows: readonly PlainRow[]): Uint8Array {
  return new SmallJob(every.plan).push(rows).job.snapshot()
}

const some: readonly PlainRow[] = Array.from({ length: 40 }, (_, at) => ({ at: at * 20_000, site: at % 3 === 0 ? null : `s${at % 5}`, id: at % 4, value: at }))

/** What restoring the bytes throws; null: it goes well, and the job still works. */
function codeOf(snapshot: Uint8Array): string | null {
  try {
    new SmallJob(every.plan, { snapshot }).push(some).end()
    return null
  } catch (error) {
    if (error instanceof MillraceError) return error.code
    throw error
  }
}

function openedWith(snapshot: Uint8Array): string {
  try {
    new SmallJob(every.plan, { snapshot })
    return 'opened'
  } catch (error) {
    if (error instanceof MillraceError) return error.code
    throw error
  }
}

describe('snapshots', () => {
  it('a job restored at any place goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(randomRows(40), fc.nat(40), (rows, cut) => {
        const before = rows.slice(0, cut)
        const after = rows.slice(cut)
        const whole = new SmallJob(every.plan).push(before).push(after).end()
        const first = new SmallJob(every.plan).push(before)
        const second = new SmallJob(every.plan, { snapshot: first.job.snapshot() }, before.length).push(after).end()
        expect([...first.told, ...second.told]).toEqual(whole.told)
        expect(withoutBytes(second.job.stats())).toEqual(withoutBytes(whole.job.stats()))
      }),
      { numRuns: 40 },
    )
  })

  it('a restored job gives the snapshot that it was restored from', () => {
    const snapshot = snapshotOf(some)
    expect(new SmallJob(every.plan, { snapshot }).job.snapshot()).toEqual(snapshot)
  })

  it('the same state has the same bytes, whatever memory takes them', () => {
    fc.assert(
      fc.property(randomRows(40), (rows) => {
        const snapshot = snapshotOf(rows)
        const into = (bytes: number): Uint8Array => new Uint8Array(bytes + 8).fill(0xff)
        expect(new SmallJob(every.plan).push(rows).job.snapshot(into)).toEqual(snapshot)
        expect(new SmallJob(every.plan, { snapshot }).job.snapshot(into)).toEqual(snapshot)
      }),
      { numRuns: 20 },
    )
  })

  it('a snapshot holds what its job was, whatever the job does later', () => {
    const job = new SmallJob(every.plan).push(some)
    const snapshot = job.job.snapshot()
    const copy = snapshot.slice()
    job.push(some.map((row) => ({ ...row, at: Number(row['at']) + 3_600_000 }))).end()
    expect(snapshot).toEqual(copy)
  })

  it('a snapshot that was cut off is refused', () => {
    const snapshot = snapshotOf(some)
    for (let length = 0; length < snapshot.length; length += length < 40 ? 1 : 331)
      expect(codeOf(snapshot.subarray(0, length)), `${length}`).toBe('SNAPSHOT_DAMAGED')
    expect(codeOf(new Uint8Array([...snapshot, ...new Uint8Array(8)]))).toBe('SNAPSHOT_DAMAGED')
    expect(codeOf(snapshot)).toBeNull()
  })

  it('a snapshot with a changed byte is opened or refused, and nothing else', () => {
    const snapshot = snapshotOf(some)
    fc.assert(
      fc.property(fc.nat(snapshot.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = snapshot.slice()
        damaged[at] = (damaged[at] as number) ^ change
        expect(openedWith(damaged)).toMatch(/^(opened|SNAPSHOT_DAMAGED|SNAPSHOT_VERSION|SNAPSHOT_OF_OTHER_PLAN)$/)
      }),
      { numRuns: 200 },
    )
  })

  it('bytes that were never a snapshot are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(codeOf(bytes)).toBe('SNAPSHOT_DAMAGED')
      }),
    )
  })

  it('the snapshot of another plan is refused, even of one that differs in a number', () => {
    const counting = (size: number) =>
      app('counts', {}, (from) => ({
        counts: from(readings)
          .window(tumbling(minutes(size)))
          .aggregate((_, { count }) => ({ rows: count() })),
      }))
    const snapshot = new SmallJob(counting(1).plan).push(some).job.snapshot()
    expect(() => new SmallJob(counting(2).plan, { snapshot })).toThrow(expect.objectContaining({ code: 'SNAPSHOT_OF_OTHER_PLAN' }))
  })

  it('a snapshot stands at any offset of a buffer', () => {
    const snapshot = snapshotOf(some)
    const shifted = new Uint8Array(snapshot.length + 3)
    shifted.set(snapshot, 3)
    expect(codeOf(shifted.subarray(3))).toBeNull()
  })

  it('a snapshot stands in memory that threads share', () => {
    const job = new SmallJob(every.plan).push(some)
    const snapshot = job.job.snapshot((bytes) => new Uint8Array(new SharedArrayBuffer(bytes)))
    const restored = new SmallJob(every.plan, { snapshot }, some.length)
    const told = job.told.length
    expect(restored.end().told).toEqual(job.end().told.slice(told))
  })

  it('there is none while a job has more to say', () => {
    const job = new SmallJob(every.plan, { budgetRows: 1 })
    job.job.push({ kind: 'end', sequence: 0 })
    expect(() => job.job.snapshot()).toThrow('run the job until it is done')
  })
})
