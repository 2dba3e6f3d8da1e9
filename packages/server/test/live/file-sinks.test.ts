import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFiles } from '@millrace/log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileSink } from '../../src/live/file-sinks/file-sink.ts'
import { FileSinks, type FileSinksOptions } from '../../src/live/file-sinks/file-sinks.ts'
import { outputOutlet } from '../../src/live/reading/output-outlet.ts'
import { readPage } from '../../src/live/reading/page.ts'
import { Deployed } from './deployed.ts'
import { sums, tenant, World } from './world.ts'

const output = outputOutlet(tenant, sums, 'sums')
const sink: FileSink = { tenant, name: 'nightly', app: 'sums', output: 'sums', format: 'ndjson', everySeconds: 1, createdMs: 1, from: 'begin' }
let world: World
let folder: string
let sinks: FileSinks
let nowMs = 0
let atSeconds = 0

const files = (): string => join(folder, tenant, 'out', 'nightly')
const names = (): string[] => readdirSync(files()).sort()
const finished = (): string[] => names().filter((name) => !name.startsWith('.'))
const linesOf = (name: string): string[] => readFileSync(join(files(), name), 'utf8').trimEnd().split('\n')
const open = (more: Partial<FileSinksOptions> = {}): FileSinks => new FileSinks({ log: world.log, folder, folderBytes: null, pace, fileBytes: 1, ...more })
const soon = { interval: 2, timeout: 10_000 }
const pace = { now: () => nowMs, pause: () => new Promise<void>((resolve) => setImmediate(resolve)) }

/** Some more results, one a window. */
async function results(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    atSeconds += 10
    await world.send([[1, atSeconds, i]])
  }
  await world.settle()
}

/** Sequences of all results there are. */
async function sequences(): Promise<readonly number[]> {
  const page = await readPage(world.log, output, 0, false, { limit: 10_000, waitMs: 0, signal: new AbortController().signal, sameFields: false })
  return page.parts.flatMap(({ positions, rows }) => Array.from(rows.selection.subarray(0, rows.count), (row) => positions[row] as number))
}

const written = (found: readonly string[]): readonly number[] => found.flatMap((name) => linesOf(name).map((line) => JSON.parse(line).$sequence as number))
const caughtUp = async (): Promise<void> => {
  const last = (await sequences()).at(-1) ?? 0
  await expect.poll(() => sinks.figuresOf(sink)?.position, soon).toBe(last + 1)
  await expect.poll(() => names().filter((name) => name.startsWith('.')), soon).toEqual([])
}

/** Retention takes results behind those that were written, while nobody writes. */
async function fallBehind(): Promise<{ readonly position: number | null | undefined; readonly before: readonly string[] }> {
  await world.close()
  world = await World.openSmall()
  await world.run()
  sinks = open()
  await results(3)
  await sinks.start(sink, output)
  await caughtUp()
  const { position } = sinks.figuresOf(sink) ?? {}
  await sinks.close()
  const before = finished()
  await results(40)
  await world.dropAll(output.stream, '$file-sinks/nightly')
  return { position, before }
}

const isGap = (name: string): boolean => name.endsWith('.dropped')
const gaps = (): readonly (readonly number[])[] =>
  finished()
    .filter(isGap)
    .map((name) => name.split(/[-.]/).slice(0, 2).map(Number))
const filesBehind = (before: readonly string[]): readonly string[] => finished().filter((name) => !isGap(name) && !before.includes(name))

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-sinks-'))
  world = await World.open()
  await world.run()
  sinks = open()
})
afterEach(async () => {
  await sinks.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a file sink', () => {
  it('writes each result to one file, named for the first and the last in it', async () => {
    await results(5)
    await sinks.start(sink, output)
    await results(4)
    await caughtUp()
    const all = await sequences()
    expect(all.length).toBeGreaterThan(7)
    expect(written(finished())).toEqual(all)
    for (const name of finished()) {
      const [first, last] = name.replace('.ndjson', '').split('-').map(Number)
      const found = written([name])
      expect([found[0], found.at(-1)]).toEqual([first, last])
    }
    expect(JSON.parse(linesOf(finished()[0] as string)[0] as string)).toMatchObject({ _revision: 0, sensor: 1, count: 1 })
  })

  it('finishes a file when its time has come, not before', async () => {
    sinks = open({ fileBytes: 1 << 20 })
    await results(5)
    await sinks.start(sink, output)
    await expect.poll(() => names(), soon).toEqual(['.writing'])
    nowMs += 1000
    await caughtUp()
    expect(finished().length).toBe(1)
    expect(written(finished())).toEqual(await sequences())
  })

  it('begins CSV with a header, in every file', async () => {
    const csv: FileSink = { ...sink, format: 'csv' }
    await results(3)
    await sinks.start(csv, output)
    await caughtUp()
    await results(2)
    await caughtUp()
    for (const name of finished()) expect(linesOf(name)[0]).toMatch(/_id,.*sensor,.*count,sum$/)
    expect(finished().flatMap((name) => linesOf(name).slice(1)).length).toBe((await sequences()).length)
  })

  it('waits where nobody takes its files away, and loses nothing', async () => {
    mkdirSync(files(), { recursive: true })
    writeFileSync(join(files(), 'old.ndjson'), 'x'.repeat(1000))
    sinks = open({ folderBytes: 1000 })
    await results(3)
    await sinks.start(sink, output)
    await expect.poll(() => sinks.figuresOf(sink)?.waiting, soon).toMatch('1000 bytes')
    expect(finished()).toEqual(['old.ndjson'])
    rmSync(join(files(), 'old.ndjson'))
    await caughtUp()
    expect(written(finished())).toEqual(await sequences())
    expect(sinks.figuresOf(sink)?.waiting).toBeNull()
  })

  it('looks at files that wait once, and again only where they seem too many', async () => {
    mkdirSync(files(), { recursive: true })
    writeFileSync(join(files(), 'old.ndjson'), 'x'.repeat(1000))
    let looks = 0
    const open = (...[path, how]: Parameters<typeof nodeFiles.open>) => {
      if (path.endsWith('old.ndjson')) looks++
      return nodeFiles.open(path, how)
    }
    await results(1)
    await sinks.close()
    sinks = new FileSinks({ log: world.log, folder, folderBytes: 2000, pace, fileBytes: 1, files: { ...nodeFiles, open } })
    await sinks.start(sink, output)
    for (let file = 0; file < 4; file++) {
      await results(1)
      await caughtUp()
    }
    expect(looks).toBe(1)
    while (sinks.figuresOf(sink)?.waiting === null) {
      await results(1)
      await expect
        .poll(async () => sinks.figuresOf(sink)?.waiting !== null || sinks.figuresOf(sink)?.position === ((await sequences()).at(-1) ?? 0) + 1, soon)
        .toBe(true)
    }
    expect(looks).toBeGreaterThan(1)
    expect(Number.parseInt(sinks.figuresOf(sink)?.waiting ?? '', 10)).toBeGreaterThanOrEqual(2000)
  })

  it('goes on where files could not be written for a while', async () => {
    mkdirSync(join(folder, tenant), { recursive: true })
    writeFileSync(join(folder, tenant, 'out'), 'in the way')
    await results(3)
    await sinks.start(sink, output)
    await expect.poll(() => sinks.figuresOf(sink)?.waiting, soon).toMatch(/ENOTDIR|EEXIST/)
    rmSync(join(folder, tenant, 'out'))
    await caughtUp()
    expect(written(finished())).toEqual(await sequences())
  })

  it('says which results retention took before they were written', async () => {
    const { position, before } = await fallBehind()
    await results(3)
    const kept = await sequences()
    sinks = open()
    await sinks.start(sink, output)
    await caughtUp()
    expect(gaps()).toEqual([[position, (kept[0] as number) - 1]])
    expect(written(filesBehind(before))).toEqual(kept)
  })

  it('says so once where nothing comes behind what retention took', async () => {
    const { position, before } = await fallBehind()
    const last = world.log.nextSequence(tenant) - 1
    sinks = open({ waitMs: 1 })
    await sinks.start(sink, output)
    await expect.poll(() => sinks.figuresOf(sink)?.position, soon).toBe(last + 1)
    expect(gaps()).toEqual([[position, last]])
    await sinks.close()
    sinks = open()
    await sinks.start(sink, output)
    await results(3)
    await caughtUp()
    expect(gaps().length).toBe(1)
    expect(written(filesBehind(before))).toEqual(await sequences())
  })

  it('waits while the app is deployed without its output, and goes on where it has it again', async () => {
    const deployed = new Deployed()
    await sinks.start(sink, deployed.outlet)
    deployed.plan = { ...sums, outputs: {} }
    await results(4)
    await expect.poll(() => sinks.figuresOf(sink), soon).toMatchObject({ ended: null, waiting: expect.stringContaining('no output sums') })
    deployed.plan = sums
    await caughtUp()
    expect(written(finished())).toEqual(await sequences())
    expect(sinks.figuresOf(sink)).toMatchObject({ ended: null, waiting: null })
  })

  it('that is removed leaves its finished files and knows nothing any more', async () => {
    await results(3)
    await sinks.start(sink, output)
    await caughtUp()
    const before = finished()
    writeFileSync(join(files(), '.writing'), '')
    await sinks.remove(sink)
    expect(names()).toEqual(before)
    expect(world.log.pins(tenant).filter(({ name }) => name.startsWith('$file-sinks'))).toEqual([])
  })
})
