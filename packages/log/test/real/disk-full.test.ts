import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogEvent, openLog } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { refusal, Told } from './told.ts'

const mounts: string[] = []

/** A folder on a file system of its own; null: this process may mount none. */
function mountSmall(size: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  mounts.push(folder)
  return folder
}

afterAll(() => {
  for (const folder of mounts) {
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  }
})

const folder = mountSmall('1m')
if (folder === null) console.log('skipped: a full disk of the system (no file system can be mounted here); the simulated one is full instead')

describe('a full disk', () => {
  it.skipIf(folder === null)('of the system: appends are refused, nothing is damaged, and it goes on when there is room', async () => {
    const ballast = join(folder!, 'ballast')
    writeFileSync(ballast, new Uint8Array(500_000))
    await fillAndHeal({ directory: join(folder!, 'log') }, () => rmSync(ballast))
  })

  it('simulated: the same', async () => {
    const disk = new SimulatedDisk()
    disk.capacityBytes = 400_000
    await fillAndHeal({ directory: '/disk/log', files: disk }, () => disk.heal())
  })
})

async function fillAndHeal(place: { readonly directory: string; readonly files?: SimulatedDisk }, heal: () => void): Promise<void> {
  const events: LogEvent[] = []
  const options = { ...place, journalBytes: 100_000, report: (event: LogEvent) => events.push(event) }
  const log = await openLog(options)
  const told = new Told()
  while ((await refusal(told.append(log, 10, 500))) === 'accepted');
  expect(await refusal(told.append(log, 10, 500))).toBe('LOG_DISK_FULL')
  expect(events.some(({ kind }) => kind === 'disk-full')).toBe(true)
  await told.check(log)
  await log.maintain()
  await told.check(log)

  await log.close()
  const reopened = await refusal(openLog(options).then((again) => again.close()))
  expect(['accepted', 'LOG_DISK_FULL', 'LOG_NOT_WRITABLE']).toContain(reopened)

  heal()
  const healed = await openLog(options)
  await told.check(healed)
  for (let appends = 0; appends < 20; appends++) await told.append(healed)
  await healed.maintain()
  await told.check(healed)
  await healed.close()
  expect(events.filter(({ kind }) => kind === 'damage' || kind === 'failed')).toEqual([])
}
