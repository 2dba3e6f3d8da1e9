import { openLog } from '@millrace/log'
import { describe, expect, it } from 'vitest'
import { runSchedules } from '../power-loss/run.ts'
import { withoutSync } from './without-sync.ts'

/** What a log syncs so that nothing of it is lost. */
const needed: readonly string[] = []

const firstSeed = Math.floor(Math.random() * 2 ** 31)
/** Enough to find each, many times over. */
const schedules = 400

describe(`the suite of power losses (seeds from ${firstSeed})`, () => {
  it('knows every sync of a log', async () => {
    const seen = new Set<string>()
    const between = (files: Parameters<typeof withoutSync>[0]) => withoutSync(files, (what) => !seen.add(what))
    await runSchedules(50, firstSeed, { openLog, between })
    expect([...seen].sort()).toEqual([...needed].sort())
  })

  it.each(needed)('finds the missing sync of: %s', async (missing) => {
    const { failures } = await runSchedules(schedules, firstSeed, { openLog, between: (files) => withoutSync(files, (what) => what === missing) }, 1)
    expect(failures).toHaveLength(1)
  })
})
