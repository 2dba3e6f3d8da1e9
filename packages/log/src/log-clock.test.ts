import { describe, expect, it } from 'vitest'
import type { LogEvent } from './events.ts'
import { LogClock } from './log-clock.ts'

describe('log time', () => {
  it('never falls, and each step of the clock backwards is told once', () => {
    const events: LogEvent[] = []
    let wallMs = 100
    const clock = new LogClock(
      () => wallMs,
      (event) => events.push(event),
      40,
    )
    const seen = [100.7, 90, 90, 95, 60, 101].map((ms) => {
      wallMs = ms
      return clock.now()
    })
    expect(seen).toEqual([100, 100, 100, 100, 100, 101])
    expect(events).toEqual([
      { kind: 'clock-back', byMs: 10 },
      { kind: 'clock-back', byMs: 35 },
    ])
  })

  it('goes on from the newest entry', () => {
    const clock = new LogClock(
      () => 5,
      () => {},
      40,
    )
    expect([clock.entryMs, clock.now()]).toEqual([40, 40])
    clock.entry(70)
    clock.entry(60)
    expect([clock.entryMs, clock.now()]).toEqual([70, 70])
  })
})
