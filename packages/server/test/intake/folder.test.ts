import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Log } from '@millrace/log'
import { Random } from '@millrace/log/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderIntake, type FolderIntakeOptions } from '../../src/gateways/folder/folder-intake.ts'
import { openIntake } from '../../src/intake/open-intake.ts'
import { Ground, line, lines, nowMs } from './ground.ts'

let folder: string
let ground: Ground
let taking: FolderIntake | null = null
const reports: string[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-folder-'))
  ground = await Ground.open()
  reports.length = 0
})
afterEach(async () => {
  await taking?.close()
  taking = null
  rmSync(folder, { recursive: true, force: true })
})

const at = (place: string, ...more: string[]): string => join(folder, 't', place, 'readings', ...more)
const put = (name: string, bytes: string | Uint8Array): void => {
  mkdirSync(at('in'), { recursive: true })
  writeFileSync(join(folder, 'outside'), bytes)
  renameSync(join(folder, 'outside'), at('in', name))
}
const names = (place: string): readonly string[] => {
  try {
    return readdirSync(at(place)).sort()
  } catch {
    return []
  }
}
const receiptOf = (place: string, name: string): unknown => JSON.parse(readFileSync(at(place, `${name}.receipt.json`), 'utf8'))
const valuesIn = async (): Promise<readonly number[]> => (await ground.rows()).map(({ value }) => value)

function open(more: Partial<FolderIntakeOptions> = {}): FolderIntake {
  const { intake, log, streams } = ground
  taking = new FolderIntake({
    folder,
    intake,
    log,
    streams,
    report: ({ reason }) => void reports.push(reason),
    refused: () => {},
    settleMs: 20,
    scanMs: 100,
    ...more,
  })
  return taking
}

const done = (...wanted: string[]) => expect.poll(() => names('done').filter((name) => !name.endsWith('.json'))).toEqual(wanted)

describe('files in a folder', () => {
  it('are taken, whatever they hold, and put away with a receipt', async () => {
    open()
    put('a.ndjson', `${line(1)}${line(2)}no record\n`)
    put('b.csv', `value,sensor,at\n3,a,${nowMs}\n`)
    put('c.json.gz', gzipSync(`[${line(4)},${line(5)}]`))
    await done('a.ndjson', 'b.csv', 'c.json.gz')
    expect([...(await valuesIn())].sort()).toEqual([1, 2, 3, 4, 5])
    expect((await ground.dead()).map(({ text }) => text)).toEqual(['no record'])
    expect(receiptOf('done', 'a.ndjson')).toMatchObject({ file: 'a.ndjson', accepted: 2, rejected: 1, rejections: [{ record: 3, code: 'JSON_NOT_OBJECT' }] })
    expect([names('in'), names('taking')]).toEqual([[], []])
    put('a.ndjson', line(6))
    await expect.poll(() => names('done')).toContain('2-a.ndjson')
    expect((await valuesIn()).at(-1)).toBe(6)
  })

  it('that are being written, hidden or no files wait, or are left alone', async () => {
    mkdirSync(at('in'), { recursive: true })
    writeFileSync(at('in', '.hidden.ndjson'), line(1))
    writeFileSync(at('in', 'later.ndjson.part'), line(1))
    writeFileSync(join(folder, 'secret.ndjson'), line(9))
    symlinkSync(join(folder, 'secret.ndjson'), at('in', 'link.ndjson'))
    mkdirSync(at('in', 'folder.ndjson'))
    mkdirSync(join(folder, 't', 'in', 'unknown'), { recursive: true })
    writeFileSync(join(folder, 't', 'in', 'unknown', 'x.ndjson'), line(1))
    writeFileSync(at('in', 'growing.ndjson'), line(1))
    open({ settleMs: 300 })
    for (let i = 2; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(names('done')).toEqual([])
      writeFileSync(at('in', 'growing.ndjson'), lines(1, i))
    }
    await done('growing.ndjson')
    expect(await valuesIn()).toEqual([1, 2, 3, 4, 5])
    expect(names('in')).toEqual(['.hidden.ndjson', 'folder.ndjson', 'later.ndjson.part', 'link.ndjson'])
    expect(readdirSync(join(folder, 't', 'in', 'unknown'))).toEqual(['x.ndjson'])
  })

  it('that cannot be read are put away with the reason, and the next one is taken', async () => {
    const refused: string[] = []
    open({ refused: ({ tenant, stream, name, code }) => void refused.push(`${tenant} ${stream} ${name} ${code}`) })
    const noise = new Uint8Array(50_000).map((_, i) => (i * 7919) % 251)
    put('a.ndjson.gz', gzipSync(lines(0, 20) + Buffer.from(noise).toString('hex')).subarray(0, -9))
    put('b.txt', line(1))
    put('c.ndjson', line(3))
    await done('c.ndjson')
    expect(names('failed')).toEqual(['a.ndjson.gz', 'a.ndjson.gz.receipt.json', 'b.txt', 'b.txt.receipt.json'])
    expect(receiptOf('failed', 'a.ndjson.gz')).toMatchObject({ error: { code: 'GZIP_DAMAGED' } })
    expect(receiptOf('failed', 'b.txt')).toMatchObject({ error: { code: 'FOLDER_FILE_NAME' } })
    expect((await valuesIn()).at(-1)).toBe(3)
    expect(refused).toEqual(['t readings a.ndjson.gz GZIP_DAMAGED', 't readings b.txt FOLDER_FILE_NAME'])
  })

  it('of the longest names are taken, under the end of their name', async () => {
    open()
    const long = (first: string): string => `${first}${'é'.repeat(123)}.ndjson`
    put(long('a'), line(1))
    put(long('b'), line(2))
    put('c.ndjson', line(3))
    const short = `${'é'.repeat(96)}.ndjson`
    await done(`2-${short}`, 'c.ndjson', short)
    expect(await valuesIn()).toEqual([1, 2, 3])
    expect(receiptOf('done', `2-${short}`)).toMatchObject({ file: short, accepted: 1 })
    expect(reports).toEqual([])
  })

  it.skipIf(process.getuid?.() === 0)('that the server may not read are put away, and the next one is taken', async () => {
    put('a.ndjson', line(1))
    chmodSync(at('in', 'a.ndjson'), 0)
    put('b.ndjson', line(2))
    open()
    await done('b.ndjson')
    expect(receiptOf('failed', 'a.ndjson')).toMatchObject({ error: { code: 'FOLDER_FILE_UNREADABLE' } })
    expect(await valuesIn()).toEqual([2])
  })

  it('whose dead letters are more than an append can hold are put away, and the next one is taken', async () => {
    open()
    put('a.ndjson', Buffer.alloc(1 << 20, 'x\n'))
    put('b.ndjson', line(1))
    await expect.poll(() => names('done'), { timeout: 30_000 }).toContain('b.ndjson')
    expect(receiptOf('failed', 'a.ndjson')).toMatchObject({ error: { code: 'INTAKE_BODY_TOO_LARGE' } })
    expect(await valuesIn()).toEqual([1])
  }, 60_000)

  it('wait where the disk is full, and are taken when there is room', async () => {
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    open()
    put('a.ndjson', line(1))
    await expect.poll(() => reports.length).toBeGreaterThan(0)
    expect(names('taking')).toEqual(['1-a.ndjson'])
    ground.disk.heal()
    await done('a.ndjson')
    expect(await valuesIn()).toEqual([1])
  })

  it('of other tenants and streams are taken while one takes long', async () => {
    const { promise: gate, resolve: goOn } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const log = changed(ground.log, (append) => async (given) => {
      if (given.tenant === 't' && given.chunks.some(({ stream }) => stream === 'readings')) {
        begin()
        await gate
      }
      return await append(given)
    })
    open({ intake: openIntake(log), log })
    put('a.ndjson', line(1))
    await begun
    for (const [tenant, stream, name, text] of [
      ['u', 'readings', 'b.ndjson', line(2)],
      ['t', 'objects', 'c.json', `[${line(3)}]`],
    ] as const) {
      mkdirSync(join(folder, tenant, 'in', stream), { recursive: true })
      writeFileSync(join(folder, tenant, 'in', stream, name), text)
    }
    await expect.poll(async () => [await ground.rows('u'), await ground.rows('t', 'objects')]).toMatchObject([[{ value: 2 }], [{ value: 3 }]])
    expect(names('taking')).toEqual(['1-a.ndjson'])
    goOn()
    await done('a.ndjson')
    expect(await valuesIn()).toEqual([1])
  })

  it('are kept exactly once, whenever the server dies', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = new Random(seed)
    put('a.ndjson', lines(0, 40_000))
    put('b.ndjson.gz', gzipSync(lines(40_000, 30_000)))
    put('c.csv', `at,sensor,value\n${Array.from({ length: 30_000 }, (_, i) => `${nowMs},a,${70_000 + i}\n`).join('')}`)
    for (let deaths = 0; deaths < 12; deaths++) {
      const { log, died } = mortal(ground.log, random.below(3), random.below(2) === 0)
      const dying = open({ intake: openIntake(log), log })
      await Promise.race([died, new Promise((resolve) => setTimeout(resolve, 100))])
      void dying.close()
      ground = await ground.reopened()
    }
    open()
    await done('a.ndjson', 'b.ndjson.gz', 'c.csv')
    expect((await valuesIn()).length, `seed ${seed}`).toBe(100_000)
    expect(
      (await valuesIn()).every((value, i) => value === i),
      `seed ${seed}`,
    ).toBe(true)
    expect(receiptOf('done', 'a.ndjson')).toMatchObject({ accepted: 40_000 })
    for (const end of dead) end()
  })
})

/** Ends what still hangs of processes that died. */
const dead: (() => void)[] = []

/** A log whose process dies at an append: before it, or when it is durable and nobody heard of it. */
function mortal(log: Log, appends: number, afterwards: boolean): { readonly log: Log; readonly died: Promise<void> } {
  const { promise: died, resolve } = Promise.withResolvers<void>()
  let left = appends
  const append: Log['append'] = async (given) => {
    if (left-- > 0) return await log.append(given)
    if (left === -1 && afterwards) await log.append(given)
    resolve()
    return await new Promise((_resolve, reject) => dead.push(() => reject(new Error('dead'))))
  }
  return { log: changed(log, () => append), died }
}

/** A log with another way to append. */
function changed(log: Log, by: (append: Log['append']) => Log['append']): Log {
  const append = by((given) => log.append(given))
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'append') return append
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
