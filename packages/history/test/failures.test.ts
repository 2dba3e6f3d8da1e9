import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { joinBatches } from '@millrace/columns'
import { type Files, nodeFiles, openLog } from '@millrace/log'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StreamFolder } from '../src/files/stream-folder.ts'
import { History, type HistoryEvent } from '../src/history.ts'
import { StreamWriter } from '../src/writing/stream-writer.ts'
import { WritingProcess } from '../src/writing/writing-process.ts'
import { field, World } from './world.ts'

const fields = [field('a', 'int32')]
let world: World
let events: HistoryEvent[] = []
/** Of files that are made from now on; null: they can be made. */
let refusal: string | null = null

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.parquet')).length
}

/** Of manifests from now on. */
let failing: 'rename' | 'sync' | null = null
let renamed = false

const files: Files = {
  ...nodeFiles,
  rename: async (from, to) => {
    if (failing === 'rename') throw new Error('EIO: rename')
    await nodeFiles.rename(from, to)
    renamed = true
  },
  syncDirectory: async (path) => {
    if (failing === 'sync' && renamed) throw new Error('EIO: sync')
    await nodeFiles.syncDirectory(path)
  },
  open: async (path, mode) => {
    if (refusal !== null && mode === 'create') throw Object.assign(new Error(`${refusal}: no space left on device`), { code: refusal })
    return nodeFiles.open(path, mode)
  },
}

/** Of each test. */
let tenant = ''
let tenants = 0

beforeAll(async () => {
  world = await World.open({ files, report: (event) => events.push(event) })
})
beforeEach(async () => {
  refusal = null
  failing = null
  renamed = false
  events = []
  tenant = `tenant${tenants++}`
  const rows = [1, 2, 3].map((a) => ({ a }))
  await world.append(tenant, 'raw', fields, rows)
})
afterAll(() => world.close())

describe('a disk that is full', () => {
  it('leaves rows in the log, is shown and told, and holds up nothing once there is room', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    refusal = 'ENOSPC'
    await expect(world.history.write(tenant)).rejects.toThrow('ENOSPC')
    expect(world.history.streams(tenant)).toMatchObject([{ rows: 0, rowsBehind: 4, failing: expect.stringContaining('ENOSPC') }])
    expect(events).toMatchObject([{ kind: 'write-failed', tenant, stream: 'raw' }])
    refusal = null
    await world.history.write(tenant)
    expect(world.history.streams(tenant)).toMatchObject([{ rows: 3, rowsBehind: 0, failing: null }])
    expect(await world.rows(tenant, 'SELECT a FROM raw ORDER BY entry')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
  })
})

describe('a list of files of which nobody knows whether it is durable', () => {
  it('names files that no later try writes over', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    failing = 'sync'
    await expect(world.history.write(tenant)).rejects.toThrow('EIO: sync')
    await world.append(tenant, 'raw', fields, [{ a: 4 }])
    failing = 'rename'
    await expect(world.history.write(tenant)).rejects.toThrow('EIO: rename')
    failing = null
    await world.reopen()
    await world.history.follow({ tenant, stream: 'raw' })
    await world.history.write(tenant)
    expect(await world.rows(tenant, 'SELECT a FROM raw ORDER BY entry')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }])
  })
})

describe('the process that writes', () => {
  it('is killed at any point, and every row is in one file after the next try', async () => {
    const writing = new WritingProcess({ memoryBytes: 64 << 20, spillDirectory: join(world.directory, 'spilled') })
    const folder = await StreamFolder.open(nodeFiles, join(world.directory, 'history', tenant, 'raw'), 'raw', 0)
    const writer = new StreamWriter({ tenant, stream: 'raw' }, folder, world.log, writing)
    for (const killAt of ['load', 'commit']) {
      const kill = (at: string): void => {
        if (at === killAt) process.kill(writing.pid as number, 'SIGKILL')
      }
      const staged = writing.staged.bind(writing)
      writing.staged = (work) =>
        staged(async (staging) => {
          return work({
            load: async (piece) => {
              const fits = await staging.load(piece)
              kill('load')
              return fits
            },
            commit: (task) => {
              const done = staging.commit(task)
              kill('commit')
              return done
            },
          })
        })
      await expect(writer.write(10), killAt).rejects.toMatchObject({ code: 'HISTORY_WRITE_FAILED' })
      writing.staged = staged
    }
    await writer.write(10)
    writing.close()
    expect(filesIn(join(world.directory, 'history', tenant))).toBe(1)
    expect(await world.rows(tenant, 'SELECT a FROM raw ORDER BY entry')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
  })

  it('cannot be begun, which fails what was to be written and nothing else', async () => {
    const writing = new WritingProcess({ memoryBytes: 64 << 20, spillDirectory: join(world.directory, 'spilled') })
    const { execPath } = process
    process.execPath = join(world.directory, 'no-node')
    try {
      for (const before of [Promise.resolve(), setImmediate()]) {
        const asked = writing.staged(async (staging) => {
          await before
          return staging.commit({ followed: { tenant, stream: 'raw' }, directory: world.directory, nextFile: 1 })
        })
        await expect(asked).rejects.toMatchObject({ code: 'HISTORY_WRITE_FAILED' })
      }
    } finally {
      process.execPath = execPath
    }
    expect(await writing.staged(async (staging) => staging.commit({ followed: { tenant, stream: 'raw' }, directory: world.directory, nextFile: 1 }))).toEqual({
      shape: [],
      files: [],
    })
    writing.close()
  })

  it('does not run where there is nothing to write', async () => {
    const idle = new WritingProcess({ memoryBytes: 64 << 20, spillDirectory: join(world.directory, 'spilled'), idleMs: 1 })
    expect(idle.pid).toBeNull()
    await idle.staged(async (staging) => staging.commit({ followed: { tenant, stream: 'raw' }, directory: world.directory, nextFile: 1 }))
    await expect.poll(() => idle.pid).toBeNull()
  })
})

describe('a copy', () => {
  it('with the log copied beside it is whole, though both went on meanwhile', async () => {
    const copy = join(world.directory, `copy of ${tenant}`)
    await world.history.follow({ tenant, stream: 'raw' })
    await world.history.write(tenant)
    await world.append(tenant, 'raw', fields, [{ a: 4 }])
    const copied = world.history.copyTo(join(copy, 'history'), async () => {
      await world.append(tenant, 'raw', fields, [{ a: 5 }])
      await world.log.copyTo(join(copy, 'log'))
    })
    await Promise.all([copied, world.history.write(tenant)])
    await world.history.erase(tenant)
    expect(readdirSync(join(copy, 'history', tenant))).toEqual(['raw'])
    const log = await openLog({ directory: join(copy, 'log'), join: joinBatches, durability: 'os' })
    const history = await History.open({ log, directory: join(copy, 'history') })
    await history.follow({ tenant, stream: 'raw' })
    await history.write(tenant)
    const { bytes } = await history.query(tenant, 'SELECT list(a ORDER BY entry) AS a FROM raw')
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual([{ a: [1, 2, 3, 4, 5] }])
    await history.close()
    await log.close()
  })

  it('of a folder that cannot be written fails', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    await world.history.write(tenant)
    refusal = 'ENOSPC'
    await expect(world.history.copyTo(join(world.directory, `copy of ${tenant}`))).rejects.toThrow('ENOSPC')
    await expect(
      History.open({ log: world.log, directory: join(world.directory, `copy of ${tenant}`) }).then((history) => history.close()),
    ).resolves.toBeUndefined()
  })
})

describe('a log that lost its newest rows', () => {
  it('numbers new rows like those lost, which are taken nevertheless, and it is told', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    await world.history.write(tenant)
    await world.history.close()
    await world.log.close()
    rmSync(join(world.directory, 'log'), { recursive: true })
    world.log = await openLog({ directory: join(world.directory, 'log'), join: joinBatches, durability: 'os' })
    await world.reopen()
    await world.history.follow({ tenant, stream: 'raw' })
    expect(events.at(-1)).toEqual({ kind: 'log-behind', tenant, stream: 'raw', position: 4, nextSequence: 1 })
    await world.append(tenant, 'raw', fields, [{ a: 9 }])
    await world.history.write(tenant)
    expect(await world.rows(tenant, 'SELECT a FROM raw ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 9 }])
  })
})
