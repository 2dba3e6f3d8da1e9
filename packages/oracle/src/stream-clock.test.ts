import type { Watermark } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { stream } from '../test/small-plan.ts'
import { StreamClock } from './stream-clock.ts'

function after(watermark: Watermark, ...times: readonly number[]): number {
  const clock = new StreamClock({ ...stream, watermark })
  for (const time of times) clock.record(time, 0)
  return clock.watermark()
}

describe('the watermark of a stream', () => {
  it('bounded is the highest event time minus the bound', () => {
    expect(after({ kind: 'bounded', outOfOrdernessMs: 5 }, 10, 30, 20)).toBe(25)
  })

  it('oldest-of-last is the smallest of the last records and never falls', () => {
    expect(after({ kind: 'oldest-of-last', records: 2 }, 10)).toBe(10)
    expect(after({ kind: 'oldest-of-last', records: 2 }, 10, 30, 40)).toBe(30)
    expect(after({ kind: 'oldest-of-last', records: 2 }, 10, 30, 40, 5)).toBe(30)
  })

  it('goes on with log time from the idle timeout on, and counts from the last record', () => {
    const clock = new StreamClock({ ...stream, idleTimeoutMs: 100 })
    clock.logTime(1000)
    clock.record(50, 1000)
    clock.logTime(1099)
    expect(clock.watermark()).toBe(50)
    clock.logTime(1100)
    expect(clock.watermark()).toBe(150)
    clock.record(60, 1100)
    expect(clock.watermark()).toBe(150)
  })

  it('does not go on while the stream is paused; after that the count begins anew', () => {
    const clock = new StreamClock({ ...stream, idleTimeoutMs: 100 })
    clock.record(50, 1000)
    clock.pause()
    clock.logTime(5000)
    clock.resume(5000)
    clock.logTime(5099)
    expect(clock.watermark()).toBe(50)
    clock.logTime(5100)
    expect(clock.watermark()).toBe(150)
  })
})
