import { type LogEvent, openLog } from '@millrace/log'
import { Random, SimulatedDisk } from '@millrace/log/testing'
import { describe, expect, it } from 'vitest'
import { refusal, Told } from './told.ts'

const directory = '/disk/log'

describe('a log', () => {
  it('appends again by itself once a full disk has room, with no row of what was refused', async () => {
    const disk = new SimulatedDisk()
    const log = await openLog({ directory, files: disk })
    const told = new Told()
    await told.append(log)
    disk.fail({ kind: 'write', code: 'ENOSPC', times: 3 })
    for (let refused = 0; refused < 3; refused++) expect(await refusal(told.append(log))).toBe('LOG_DISK_FULL')
    await told.append(log)
    await told.check(log)
    await log.close()
    const again = await openLog({ directory, files: disk })
    await told.check(again)
    await again.close()
  })

  it('refuses a read-only folder, and opens it when it can be written', async () => {
    const disk = new SimulatedDisk()
    disk.readOnly = true
    expect(await refusal(openLog({ directory, files: disk }))).toBe('LOG_NOT_WRITABLE')
    disk.heal()
    const told = new Told()
    const log = await openLog({ directory, files: disk })
    await told.append(log)
    await log.close()
    const before = disk.files()
    disk.readOnly = true
    expect(await refusal(openLog({ directory, files: disk }))).toBe('LOG_NOT_WRITABLE')
    expect(disk.files()).toEqual(before)
    disk.heal()
    const again = await openLog({ directory, files: disk })
    await told.check(again)
    await again.close()
  })

  it('that becomes read-only fails, keeps what was acknowledged and can still be read', async () => {
    const disk = new SimulatedDisk()
    const told = new Told()
    const log = await openLog({ directory, files: disk })
    await told.append(log)
    disk.readOnly = true
    expect(await refusal(told.append(log))).toBe('LOG_FAILED')
    expect(await refusal(told.append(log))).toBe('LOG_FAILED')
    await told.check(log)
    await log.close()
    disk.heal()
    const again = await openLog({ directory, files: disk })
    await told.check(again, 'others-may-be-there')
    await told.append(again)
    await again.close()
  })

  it('accepts nothing after a failed fdatasync until it is opened anew, and then has lost nothing', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      let disk = new SimulatedDisk({ seed })
      const events: LogEvent[] = []
      const told = new Told()
      const log = await openLog({ directory, files: disk, report: (event) => events.push(event) })
      for (let appends = 0; appends < 3; appends++) await told.append(log)
      disk.fail({ kind: 'sync', path: /journal/, code: 'EIO' })
      expect(await refusal(told.append(log))).toBe('LOG_FAILED')
      expect(await refusal(told.append(log))).toBe('LOG_FAILED')
      expect(events.map(({ kind }) => kind)).toContain('failed')
      await told.check(log)
      await log.close()

      for (let opens = 0; opens < 3; opens++) {
        const again = await openLog({ directory, files: disk, report: (event) => events.push(event) })
        await told.check(again, 'others-may-be-there')
        await told.append(again)
        await told.check(again, 'others-may-be-there')
        const random = new Random(seed * 10 + opens)
        disk = random.chance(0.5) ? disk.powerLoss(random) : disk.processLoss(random)
      }
      expect(events.filter(({ kind }) => kind === 'damage')).toEqual([])
    }
  })

  it('keeps its time when the clock goes backwards, and says so', async () => {
    const disk = new SimulatedDisk()
    let nowMs = 1_000_000
    const events: LogEvent[] = []
    const options = { directory, files: disk, clock: () => nowMs, report: (event: LogEvent) => events.push(event) }
    const told = new Told()
    const log = await openLog(options)
    expect((await told.append(log)).ingestionMs).toBe(1_000_000)
    nowMs = 400_000
    expect((await told.append(log)).ingestionMs).toBe(1_000_000)
    expect(events).toContainEqual({ kind: 'clock-back', byMs: 600_000 })
    await log.close()
    const again = await openLog(options)
    expect([again.now(), again.lastMs, (await told.append(again)).ingestionMs]).toEqual([1_000_000, 1_000_000, 1_000_000])
    nowMs = 1_000_007
    expect((await told.append(again)).ingestionMs).toBe(1_000_007)
    await told.check(again)
    await again.close()
  })
})
