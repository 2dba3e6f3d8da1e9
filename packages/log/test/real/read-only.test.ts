import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '@millrace/log'
import { afterAll, expect, it } from 'vitest'
import { refusal, Told } from './told.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-read-only-'))
const mounted = mount()
if (!mounted) console.log('skipped: a folder that the system made read-only (no file system can be mounted here); a simulated one is read-only instead')

/** Whether the folder is a file system of its own now. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function remount(how: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${how}`, folder], { stdio: 'ignore' })
}

afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', folder])
  rmSync(folder, { recursive: true })
})

it.skipIf(!mounted)(
  'a log in a folder that the system makes read-only is refused with a clear error, is read to its end, and goes on where it can be written again',
  async () => {
    const directory = join(folder, 'log')
    const told = new Told()
    const log = await openLog({ directory })
    for (let appends = 0; appends < 5; appends++) await told.append(log)
    await log.close()

    remount('ro')
    expect(await refusal(openLog({ directory }))).toBe('LOG_NOT_WRITABLE')
    expect(await refusal(openLog({ directory: join(folder, 'new') }))).toBe('LOG_NOT_WRITABLE')
    remount('rw')

    const again = await openLog({ directory })
    await told.check(again)
    await told.append(again)
    await told.check(again)
    await again.close()
  },
)
