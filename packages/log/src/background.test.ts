import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Background } from './background.ts'
import type { LogEvent } from './events.ts'

describe('upkeep in the background', () => {
  let commit = 0
  let rounds = 0
  let events: LogEvent[] = []
  let work = async (): Promise<void> => {}
  let background: Background

  beforeEach(() => {
    vi.useFakeTimers()
    commit = 0
    rounds = 0
    events = []
    work = async () => {
      rounds++
    }
    background = new Background({ work: () => work(), commit: () => commit, report: (event) => events.push(event) })
  })
  afterEach(async () => {
    await background.stop()
    vi.useRealTimers()
  })

  it('that can wait is done once nothing was committed for a second', async () => {
    background.wakeWhenQuiet()
    background.wakeWhenQuiet()
    for (; commit < 5; commit++) await vi.advanceTimersByTimeAsync(600)
    expect(rounds).toBe(0)
    await vi.advanceTimersByTimeAsync(2000)
    expect(rounds).toBe(1)
  })

  it('is done every minute, and never twice at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    work = () => {
      rounds++
      return promise
    }
    await vi.advanceTimersByTimeAsync(60_000)
    background.wake()
    background.wake()
    expect(rounds).toBe(1)
    resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(rounds).toBe(2)
  })

  it('that fails is told of, and done again', async () => {
    work = async () => {
      rounds++
      throw new Error('no room')
    }
    background.wake()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(rounds).toBe(2)
    expect(events[0]).toEqual({ kind: 'background-failed', work: 'upkeep', cause: 'no room' })
  })

  it('ends with the round that is under way', async () => {
    background.wakeWhenQuiet()
    await background.stop()
    await vi.advanceTimersByTimeAsync(120_000)
    background.wake()
    expect(rounds).toBe(0)
  })
})
