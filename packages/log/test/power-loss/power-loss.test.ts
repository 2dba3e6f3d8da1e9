import { openLog } from '@millrace/log'
import { describe, expect, it } from 'vitest'
import { runSchedules } from './run.ts'
import { runSchedule } from './schedule.ts'

const schedules = 150
const firstSeed = Math.floor(Math.random() * 2 ** 31)

describe('a log that loses its power or its process', () => {
  it(`has all that was acknowledged, once, in order, and nothing half (seeds from ${firstSeed})`, async () => {
    const { failures, figures } = await runSchedules(schedules, firstSeed, { openLog })
    expect(failures).toEqual([])
    expect(figures.powerLosses).toBeGreaterThan(schedules / 2)
    expect(figures.processLosses).toBeGreaterThan(schedules / 4)
    expect(figures.acknowledged).toBeGreaterThan(schedules * 5)
  }, 120_000)

  it('does the same for the same seed', async () => {
    expect(await runSchedule(firstSeed, { openLog })).toEqual(await runSchedule(firstSeed, { openLog }))
  })
})
