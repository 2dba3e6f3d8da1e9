import { type Files, openLog } from '@millrace/log'
import { describe, expect, it } from 'vitest'
import { runSchedules } from '../power-loss/run.ts'
import { runSchedule } from '../power-loss/schedule.ts'
import { withoutSync } from './without-sync.ts'

/** Without any of them a loss of power takes something that was acknowledged, or is called damage. */
const needed = [
  'journal',
  'manifest',
  'producers',
  'segment',
  'tail',
  'directory of a created folder disk',
  'directory of a created folder log',
  'directory of a created folder of a tenant',
  'directory of a created folder of a stream',
  'directory of a created journal',
  'directory of a created tail',
  'directory of a renamed manifest',
  'directory of a renamed segment',
]

/** The next manifest, without which nothing in them counts, stands in the same directory and syncs it again. */
const doubled = [
  'directory of a created folder journals',
  'directory of a created folder quarantine',
  'directory of a created folder segments',
  'directory of a created producers',
]

const firstSeed = Math.floor(Math.random() * 2 ** 31)
/** Enough to find each of them several times. */
const schedules = 400

describe(`the schedules of losses of power (seeds from ${firstSeed})`, () => {
  it('meet every sync of a log', async () => {
    const met = new Set<string>()
    const between = (files: Files): Files =>
      withoutSync(files, (what) => {
        met.add(what)
        return false
      })
    const all = needed.length + doubled.length
    for (let seed = firstSeed; seed < firstSeed + schedules && met.size < all; seed++) await runSchedule(seed, { openLog, between })
    expect([...met].sort()).toEqual([...needed, ...doubled].sort())
  })

  for (const missing of needed) {
    it(`find the missing sync of: ${missing}`, async () => {
      const { failures } = await runSchedules(schedules, firstSeed, { openLog, between: (files) => withoutSync(files, (what) => what === missing) }, 1)
      expect(failures).toHaveLength(1)
    }, 120_000)
  }
})
