import { openLog } from '@millrace/log'
import { Random } from '@millrace/log/testing'
import { describe, expect, it } from 'vitest'
import { runDamages } from './run.ts'
import { diskOf, logOptions, makeSmallLog } from './small-log.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
/** The whole of it, byte by byte, is `npm run soak -- damage`. */
const step = 61

describe('a damaged log', () => {
  it(`loses only what is damaged and names it; all else is as before (seed ${seed})`, async () => {
    const { failures, damages, withMissingRows } = await runDamages(openLog, 1, seed, step)
    expect(failures).toEqual([])
    expect(withMissingRows).toBeGreaterThan(damages / 10)
  }, 120_000)

  it('is refused where both copies of its manifest are damaged, and left as it is', async () => {
    const { files } = await makeSmallLog(openLog, new Random(seed))
    const disk = diskOf(files)
    const manifest = disk.files().get('/disk/log/manifest')!
    for (const at of [40, manifest.length / 2 + 40]) manifest[at] = manifest[at]! ^ 1
    disk.put('/disk/log/manifest', manifest)
    const before = disk.files()
    await expect(openLog(logOptions(disk))).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
    expect(disk.files()).toEqual(before)
  })
})
