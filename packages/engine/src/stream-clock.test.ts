import type { StreamNode, Watermark } from '@millrace/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateReader, StateWriter } from './state/bytes.ts'
import { StreamClock } from './stream-clock.ts'

const node = (watermark: Watermark, idleTimeoutMs: number | null = null): StreamNode => ({
  schema: { columns: [] },
  format: { kind: 'ndjson' },
  time: 'at',
  withoutTime: 'reject',
  watermark,
  idleTimeoutMs,
  maxAheadMs: 0,
  unknownFields: 'lenient',
  key: [],
})
const none = Number.NEGATIVE_INFINITY
const never = Number.POSITIVE_INFINITY

/** The watermark after each record by the letter of semantics T2. */
function byRule(watermark: Watermark, times: readonly number[]): number[] {
  let reached = none
  return times.map((_, at) => {
    const seen = times.slice(0, at + 1)
    if (watermark.kind === 'oldest-of-last') reached = Math.max(reached, Math.min(...seen.slice(-watermark.records)))
    else reached = Math.max(...seen) - (watermark.kind === 'bounded' ? watermark.outOfOrdernessMs : 0)
    return reached
  })
}

const kinds: readonly Watermark[] = [
  { kind: 'bounded', outOfOrdernessMs: 7 },
  { kind: 'bounded', outOfOrdernessMs: 0 },
  { kind: 'monotonic' },
  { kind: 'oldest-of-last', records: 1 },
  { kind: 'oldest-of-last', records: 4 },
]
const times = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 30 })

describe.each(kinds)('a stream clock, $kind', (watermark) => {
  it('has the watermark of the rule before every record', () => {
    fc.assert(
      fc.property(times, fc.nat(30), (all, cut) => {
        const clock = new StreamClock(node(watermark))
        const rule = [none, ...byRule(watermark, all)]
        const from = Math.min(cut, all.length)
        expect(clock.scan(Float64Array.from(all), 0, 0, from, never, never, -1)).toBe(from)
        expect(clock.reached).toBe(rule[from])
        clock.scan(Float64Array.from(all), 0, from, all.length, never, never, -1)
        expect([...clock.before.subarray(0, all.length), clock.reached]).toEqual(rule)
        expect([clock.records, clock.highest]).toEqual([all.length, Math.max(none, ...all)])
      }),
    )
  })

  it('stops behind the record that reaches the limit', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: -60, max: 60 }), (all, limit) => {
        const clock = new StreamClock(node(watermark))
        const reaching = byRule(watermark, all).findIndex((reached) => reached >= limit)
        expect(clock.scan(Float64Array.from(all), 0, 0, all.length, limit, never, -1)).toBe(reaching < 0 ? all.length : reaching + 1)
        expect(clock.end).toBe(reaching < 0 ? 'rows' : 'limit')
      }),
    )
  })

  it('goes on from a snapshot', () => {
    fc.assert(
      fc.property(times, times, (before, after) => {
        const clock = new StreamClock(node(watermark, 10))
        clock.scan(Float64Array.from(before), 0, 0, before.length, never, never, -1)
        const writer = new StateWriter()
        clock.snapshot(writer)
        const restored = new StreamClock(node(watermark, 10))
        restored.restore(new StateReader(writer.done()))
        for (const each of [clock, restored]) each.scan(Float64Array.from(after), 5, 0, after.length, never, never, -1)
        expect(restored.reached).toBe(clock.reached)
        expect(restored.idleFrom(5)).toBe(clock.idleFrom(5))
      }),
    )
  })
})

describe('an idle stream', () => {
  const clock = (): StreamClock => {
    const made = new StreamClock(node({ kind: 'bounded', outOfOrdernessMs: 7 }, 10))
    made.logTime(100)
    made.scan(Float64Array.of(50), 100, 0, 1, never, never, -1)
    return made
  }

  it('is idle from its timeout on, to the millisecond', () => {
    expect([clock().isIdle(109), clock().isIdle(110), clock().idleFrom(100)]).toEqual([false, true, 110])
  })

  it('has its own watermark and the time of its silence, and never less than before', () => {
    const one = clock()
    one.logTime(109)
    expect(one.reached).toBe(43)
    one.logTime(110)
    expect(one.reached).toBe(53)
    expect(one.reaches(60)).toBe(117)
    one.scan(Float64Array.of(51), 111, 0, 1, never, never, 0)
    expect([one.reached, one.isIdle(111)]).toEqual([53, false])
  })

  it('is not idle while paused, and counts anew once resumed', () => {
    const one = clock()
    one.pause()
    expect([one.isIdle(1000), one.idleFrom(1000)]).toEqual([false, never])
    one.resume(1000)
    expect([one.isIdle(1009), one.isIdle(1010)]).toEqual([false, true])
    one.logTime(1010)
    expect(one.reached).toBe(53)
  })

  it('a scan stops before the record whose log time finds it idle', () => {
    const one = clock()
    expect(one.scan(Float64Array.of(60, 61, 62), Float64Array.of(105, 114, 124), 0, 3, never, never, -1)).toBe(2)
    expect(one.end).toBe('log')
  })
})
