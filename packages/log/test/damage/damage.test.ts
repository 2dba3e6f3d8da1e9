import { openLog } from '@millrace/log'
import { describe, expect, it } from 'vitest'
import { runDamages } from './run.ts'

const seed = Math.floor(Math.random() * 2 ** 31)

describe('a damaged log', () => {
  it(`loses only what is damaged and names it; all else is as before (seed ${seed})`, async () => {
    const { failures, withMissingRows } = await runDamages(openLog, 1, seed)
    expect(failures).toEqual([])
    expect(withMissingRows).toBeGreaterThan(100)
  })
})
