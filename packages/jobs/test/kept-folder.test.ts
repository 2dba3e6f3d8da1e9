import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { World } from './world.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
/** Written by this version; UPDATE=1 writes it where it is not there yet. Folders of earlier versions stay as they are. */
const current = 'v1'
const folders: string[] = []

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kept-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A log with segments and journals; a job in the middle of a window, in two parts. */
async function write(folder: string): Promise<void> {
  const world = new World(folder)
  const small = { journalBytes: 4096, maxJournals: 1 }
  await world.open({}, small)
  await world.start(undefined, { parts: 2, spread: 'always' })
  for (let second = 1; second < 15; second++) await world.send([[second % 3, second, second]], { id: 'source', sequence: second })
  await world.settle()
  await world.log.maintain()
  await world.close()
}

it('folders that earlier versions left are opened, and their jobs go on', async () => {
  const versions = readdirSync(fixtures)
  if (process.env['UPDATE'] === '1' && !existsSync(join(fixtures, current))) {
    const folder = temporary()
    await write(folder)
    cpSync(folder, join(fixtures, current), { recursive: true, filter: (path) => !/(lock|holder)[^/]*$/.test(path) })
    versions.push(current)
  }
  expect(versions).toContain(current)
  for (const version of versions) {
    const folder = temporary()
    cpSync(join(fixtures, version), folder, { recursive: true })
    const world = new World(folder)
    await world.open()
    await world.start(undefined, { parts: 2, spread: 'always' })
    expect((await world.send([[2, 14, 14]], { id: 'source', sequence: 14 })).duplicate, version).toBe(true)
    await world.send([[1, 21, 0]])
    await world.settle()
    expect(await world.results(), version).toEqual([
      '1: 1 0 10000 3 12',
      '1: 2 0 10000 3 15',
      '1: 0 0 10000 3 18',
      '1: 1 10000 20000 2 23',
      '1: 2 10000 20000 2 25',
      '1: 0 10000 20000 1 12',
    ])
    await world.close()
  }
})
