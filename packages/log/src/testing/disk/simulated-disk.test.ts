import { describe, expect, it } from 'vitest'
import { Random } from '../random.ts'
import { SimulatedDisk } from './simulated-disk.ts'

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const seeds = Array.from({ length: 200 }, (_, seed) => seed)

async function durable(path: string, words: string, disk = new SimulatedDisk()): Promise<SimulatedDisk> {
  const file = await disk.open(path, 'create')
  await file.write([text(words)], 0)
  await file.sync()
  await file.close()
  await disk.syncDirectory('/')
  return disk
}

/** Everything that `path` was found to hold after a loss of power, over many seeds; undefined: it was gone. */
async function found(path: string, prepare: () => Promise<SimulatedDisk>): Promise<Set<string | undefined>> {
  const all = new Set<string | undefined>()
  for (const seed of seeds) {
    const bytes = (await prepare()).powerLoss(new Random(seed)).files().get(path)
    all.add(bytes && new TextDecoder().decode(bytes))
  }
  return all
}

describe('a simulated disk', () => {
  it('shows a program what it wrote', async () => {
    const disk = new SimulatedDisk()
    const file = await disk.open('/a', 'create')
    await file.write([text('one '), text('two')], 2)
    const into = new Uint8Array(16)
    expect(await file.read(into, 2)).toBe(7)
    expect(new TextDecoder().decode(into.subarray(0, 7))).toBe('one two')
    expect([await file.size(), await file.read(into, 9), [...disk.files().keys()]]).toEqual([9, 0, ['/a']])
  })

  it('refuses what a file system refuses', async () => {
    const disk = await durable('/a', 'x')
    await expect(disk.open('/a', 'create')).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(disk.open('/b', 'read')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.open('/b/c', 'create')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.remove('/b')).rejects.toMatchObject({ code: 'ENOENT' })
    await disk.makeDirectory('/d/e')
    await expect(disk.removeDirectory('/d')).rejects.toMatchObject({ code: 'ENOTEMPTY' })
    const file = await disk.open('/a', 'read')
    await expect(file.write([text('y')], 0)).rejects.toMatchObject({ code: 'EBADF' })
    expect([await disk.list('/none'), await disk.list('/')]).toEqual([[], ['a', 'd']])
  })

  it('keeps what completed syncs cover', async () => {
    expect(await found('/a', () => durable('/a', 'kept'))).toEqual(new Set(['kept']))
  })

  it('may lose a file whose directory was not synced, and the bytes of one that was not', async () => {
    const unnamed = await found('/a', async () => {
      const disk = new SimulatedDisk()
      const file = await disk.open('/a', 'create')
      await file.write([text('kept')], 0)
      await file.sync()
      return disk
    })
    expect(unnamed).toEqual(new Set([undefined, 'kept']))
    const empty = await found('/a', async () => {
      const disk = new SimulatedDisk()
      await (await disk.open('/a', 'create')).write([text('lost')], 0)
      await disk.syncDirectory('/')
      return disk
    })
    expect([...empty]).toEqual(expect.arrayContaining(['', 'lost', 'lo', '\0\0\0\0']))
  })

  it('loses a directory with all that is in it until its own name is synced', async () => {
    const prepare = (synced: boolean) => async (): Promise<SimulatedDisk> => {
      const disk = new SimulatedDisk()
      await disk.makeDirectory('/d')
      const file = await disk.open('/d/a', 'create')
      await file.write([text('kept')], 0)
      await file.sync()
      await disk.syncDirectory('/d')
      if (synced) await disk.syncDirectory('/')
      return disk
    }
    expect(await found('/d/a', prepare(false))).toEqual(new Set([undefined, 'kept']))
    expect(await found('/d/a', prepare(true))).toEqual(new Set(['kept']))
  })

  it('replaces a name whole or not at all, and may keep the old name beside the new one', async () => {
    const swap = async (): Promise<SimulatedDisk> => {
      const disk = await durable('/new', 'new', await durable('/a', 'old'))
      await disk.rename('/new', '/a')
      return disk
    }
    expect(await found('/a', swap)).toEqual(new Set(['old', 'new']))
    expect(await found('/new', swap)).toEqual(new Set([undefined, 'new']))
  })

  it('with a journal keeps a rename whole or not at all, and none before one that came earlier', async () => {
    const all = new Set<string>()
    for (const seed of seeds) {
      const disk = await durable('/a', 'old', new SimulatedDisk({ names: 'journal' }))
      await disk.rename('/a', '/b')
      await disk.rename('/b', '/c')
      all.add([...disk.powerLoss(new Random(seed)).files().keys()].join())
    }
    expect(all).toEqual(new Set(['/a', '/b', '/c']))
  })

  it('loses a rename while what was written to the file afterwards lives', async () => {
    const all = await found('/a', async () => {
      const disk = await durable('/a', 'old')
      await disk.rename('/a', '/b')
      const file = await disk.open('/b', 'write')
      await file.write([text('new')], 0)
      await file.sync()
      return disk
    })
    expect(all).toEqual(new Set([undefined, 'new']))
  })

  it('drops, keeps and tears each write by itself, in any order', async () => {
    const all = await found('/a', async () => {
      const disk = await durable('/a', 'aaaaaaaa')
      const file = await disk.open('/a', 'write')
      await file.write([text('BBBB')], 0)
      await file.write([text('CCCC')], 4)
      return disk
    })
    expect([...all]).toEqual(expect.arrayContaining(['aaaaaaaa', 'BBBBaaaa', 'aaaaCCCC', 'BBBBCCCC', 'BBaaaaaa']))
    for (const word of all) expect(word).toMatch(/^[aB]{4}[aC]{4}$/)
  })

  it('a write that was not complete when a sync began is not covered by it', async () => {
    const all = await found('/a', async () => {
      const disk = await durable('/a', 'aa')
      const file = await disk.open('/a', 'write')
      await Promise.all([file.write([text('BB')], 0), file.sync()])
      return disk
    })
    expect(all.has('aa')).toBe(true)
  })

  it('loses for good what a failed sync left out, whatever is synced later', async () => {
    const all = new Set<string>()
    for (const seed of seeds) {
      const disk = await durable('/a', 'aa', new SimulatedDisk({ seed }))
      const file = await disk.open('/a', 'write')
      await file.write([text('BB')], 0)
      disk.fail({ kind: 'sync', code: 'EIO' })
      await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' })
      await file.sync()
      all.add(new TextDecoder().decode(disk.powerLoss(new Random(seed)).files().get('/a')))
    }
    expect([...all]).toEqual(expect.arrayContaining(['aa', 'BB', 'Ba']))
  })

  it('leaves to the next process all that was written, and it stays unsure until synced', async () => {
    const prepare = (sync: boolean) => async (): Promise<SimulatedDisk> => {
      const first = await durable('/a', 'aa')
      await (await first.open('/a', 'write')).write([text('BB')], 0)
      const second = first.processLoss(new Random(1))
      expect(new TextDecoder().decode(second.files().get('/a'))).toBe('BB')
      if (sync) await (await second.open('/a', 'write')).sync()
      return second
    }
    expect([...(await found('/a', prepare(false)))]).toEqual(expect.arrayContaining(['aa', 'BB']))
    expect(await found('/a', prepare(true))).toEqual(new Set(['BB']))
  })

  it('ends at the operation that crashAt speaks of, and answers no call any more', async () => {
    const left = new Set<string>()
    for (const seed of seeds) {
      const disk = await durable('/a', 'aaaa', new SimulatedDisk({ seed }))
      const file = await disk.open('/a', 'write')
      disk.crashAt(({ kind }) => kind === 'write')
      void file.write([text('BBBB')], 0)
      await disk.crashed
      left.add(new TextDecoder().decode(disk.processLoss(new Random(seed)).files().get('/a')))
    }
    expect([...left]).toEqual(expect.arrayContaining(['aaaa', 'BBBB', 'BBaa']))
  })

  it('fails the calls that were planned to, and no others', async () => {
    const disk = await durable('/a', '')
    const file = await disk.open('/a', 'write')
    disk.fail({ kind: 'write', path: /a$/, nth: 2, times: 2, code: 'ENOSPC' })
    const codes: unknown[] = []
    for (let at = 0; at < 4; at++)
      codes.push(
        await file.write([text('x')], at).then(
          () => null,
          ({ code }) => code,
        ),
      )
    expect(codes).toEqual([null, 'ENOSPC', 'ENOSPC', null])
  })

  it('tells of each operation before it is carried out, and fails with what the listener throws', async () => {
    const told: string[] = []
    const disk = new SimulatedDisk({
      before: ({ number, kind, path }) => {
        told.push(`${number} ${kind} ${path}`)
        if (kind === 'write') throw new Error('not now')
      },
    })
    const file = await disk.open('/a', 'create')
    await expect(file.write([text('x')], 0)).rejects.toThrow('not now')
    expect(told).toEqual(['1 create /a', '2 write /a'])
    expect(await file.size()).toBe(0)
  })

  it('writes what fits on a full disk, and goes on when there is room', async () => {
    const disk = await durable('/a', 'aa')
    disk.capacityBytes = 4
    const file = await disk.open('/a', 'write')
    await expect(file.write([text('bbbb')], 2)).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(disk.usedBytes).toBe(4)
    await file.write([text('cc')], 0)
    disk.heal()
    await file.write([text('bbbb')], 2)
    expect(disk.usedBytes).toBe(6)
  })

  it('changes nothing while it is read-only', async () => {
    const disk = await durable('/a', 'aa')
    disk.readOnly = true
    await expect(disk.open('/b', 'create')).rejects.toMatchObject({ code: 'EROFS' })
    await expect(disk.rename('/a', '/b')).rejects.toMatchObject({ code: 'EROFS' })
    await expect(disk.open('/a', 'write')).rejects.toMatchObject({ code: 'EROFS' })
    expect(await (await disk.open('/a', 'read')).size()).toBe(2)
  })

  it('gives the same for the same seed, and carries out calls under way in any order', async () => {
    const run = async (seed: number): Promise<string> => {
      const disk = await durable('/a', '', new SimulatedDisk({ seed, order: 'shuffled' }))
      const file = await disk.open('/a', 'write')
      const order: string[] = []
      await Promise.all(['a', 'b', 'c'].map((word) => file.write([text(word)], 0).then(() => order.push(word))))
      return `${order.join('')} ${[...disk.powerLoss(new Random(seed)).files().values()].join()}`
    }
    const first = await Promise.all(seeds.map(run))
    expect(await Promise.all(seeds.map(run))).toEqual(first)
    expect(new Set(first.map((line) => line.split(' ')[0])).size).toBe(6)
  })
})
