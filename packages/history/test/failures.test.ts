import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { joinBatches } from '@millrace/columns'
import { type Files, nodeFiles, openLog } from '@millrace/log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StreamFolder } from '../src/files/stream-folder.ts'
import { History, type HistoryEvent } from '../src/history.ts'
import { StreamWriter } from '../src/writing/stream-writer.ts'
import { WritingProcess } from '../src/writing/writing-process.ts'
import { field, World } from './world.ts'

const fields = [field('a', 'int32')]
const followed = { tenant: 'acme', stream: 'raw' }
let world: World
let events: HistoryEvent[] = []
/** Of files that are made from now on; null: they can be made. */
let refusal: string | null = null

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.parquet')).length
}

const files: Files = {
  ...nodeFiles,
  open: async (path, mode) => {
    if (refusal !== null && mode === 'create') throw Object.assign(new Error(`${refusal}: no space left on device`), { code: refusal })
    return nodeFiles.open(path, mode)
  },
}

beforeEach(async () => {
  refusal = null
  events = []
  world = await World.open({ files, report: (event) => events.push(event) })
  await world.append(
    'acme',
    'raw',
    fields,
    [1, 2, 3].map((a) => ({ a })),
  )
})
afterEach(() => world.close())

describe('a disk that is full', () => {
  it('leaves rows in the log, is shown and told, and holds up nothing once there is room', async () => {
    await world.history.follow(followed)
    refusal = 'ENOSPC'
    await expect(world.history.write('acme')).rejects.toThrow('ENOSPC')
    expect(world.history.streams('acme')).toMatchObject([{ rows: 0, rowsBehind: 4, failing: expect.stringContaining('ENOSPC') }])
    expect(events).toMatchObject([{ kind: 'write-failed', tenant: 'acme', stream: 'raw' }])
    refusal = null
    await world.history.write('acme')
    expect(world.history.streams('acme')).toMatchObject([{ rows: 3, rowsBehind: 0, failing: null }])
    expect(await world.rows('acme', 'SELECT a FROM raw ORDER BY entry')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
  })
})

describe('the process that writes', () => {
  it('is killed at any point, and every row is in one file after the next try', async () => {
    const writing = new WritingProcess({ memoryBytes: 64 << 20, spillDirectory: join(world.directory, 'spilled') })
    const folder = await StreamFolder.open(nodeFiles, join(world.directory, 'history/acme/raw'), 'raw', 0)
    const writer = new StreamWriter(followed, folder, world.log, writing)
    for (const killAt of ['begin', 'load', 'commit']) {
      const kill = (at: string): void => {
        if (at === killAt) process.kill(writing.pid as number, 'SIGKILL')
      }
      const staged = writing.staged.bind(writing)
      writing.staged = (work) =>
        staged(async (staging) => {
          kill('begin')
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
    expect(filesIn(join(world.directory, 'history'))).toBe(1)
    expect(await world.rows('acme', 'SELECT a FROM raw ORDER BY entry')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
  })

  it('does not run where there is nothing to write', async () => {
    const idle = new WritingProcess({ memoryBytes: 64 << 20, spillDirectory: join(world.directory, 'spilled'), idleMs: 1 })
    expect(idle.pid).toBeNull()
    await idle.staged(async (staging) => staging.commit({ followed, directory: world.directory, nextFile: 1 }))
    await expect.poll(() => idle.pid).toBeNull()
  })
})

describe('a log that lost its newest rows', () => {
  it('numbers new rows like those lost, which are taken nevertheless, and it is told', async () => {
    await world.history.follow(followed)
    await world.history.write('acme')
    await world.history.close()
    await world.log.close()
    rmSync(join(world.directory, 'log'), { recursive: true })
    world.log = await openLog({ directory: join(world.directory, 'log'), join: joinBatches, durability: 'os' })
    await world.reopen()
    await world.history.follow(followed)
    expect(events.at(-1)).toEqual({ kind: 'log-behind', ...followed, position: 4, nextSequence: 1 })
    await world.append('acme', 'raw', fields, [{ a: 9 }])
    await world.history.write('acme')
    expect(await world.rows('acme', 'SELECT a FROM raw ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 9 }])
  })
})

describe('a copy', () => {
  it('with the log copied beside it is whole, though both went on meanwhile', async () => {
    const copy = join(world.directory, 'copy')
    await world.history.follow(followed)
    await world.history.write('acme')
    await world.append('acme', 'raw', fields, [{ a: 4 }])
    const copied = world.history.copyTo(join(copy, 'history'), async () => {
      await world.append('acme', 'raw', fields, [{ a: 5 }])
      await world.log.copyTo(join(copy, 'log'))
    })
    await Promise.all([copied, world.history.write('acme')])
    await world.history.erase('acme')
    expect(readdirSync(join(copy, 'history/acme'))).toEqual(['raw'])
    const log = await openLog({ directory: join(copy, 'log'), join: joinBatches, durability: 'os' })
    const history = await History.open({ log, directory: join(copy, 'history') })
    await history.follow(followed)
    await history.write('acme')
    const { bytes } = await history.query('acme', 'SELECT list(a ORDER BY entry) AS a FROM raw')
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual([{ a: [1, 2, 3, 4, 5] }])
    await history.close()
    await log.close()
  })

  it('of a folder that cannot be written fails', async () => {
    await world.history.follow(followed)
    await world.history.write('acme')
    refusal = 'ENOSPC'
    await expect(world.history.copyTo(join(world.directory, 'copy'))).rejects.toThrow('ENOSPC')
    await expect(History.open({ log: world.log, directory: join(world.directory, 'copy') }).then((history) => history.close())).resolves.toBeUndefined()
  })
})
