import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../events.ts'
import type { Log } from '../log.ts'
import { openLog } from '../open-log.ts'
import { SimulatedDisk } from '../testing/disk/simulated-disk.ts'

const first = '/log/journals/0000000001.journal'
const open = (files: SimulatedDisk, events: LogEvent[] = []): Promise<Log> =>
  openLog({ directory: '/log', files, clock: () => 1000, report: (event) => events.push(event) })
const append = (log: Log, tenant: string, rows: number): Promise<unknown> =>
  log.append({ tenant, chunks: [{ stream: 's', kind: 'bytes', rows, schema: 0, payload: new Uint8Array(20) }] })
const rowsOf = (log: Log, tenant: string): number => log.streams(tenant).reduce((sum, { rows }) => sum + rows, 0)

/** A disk with the files of another, one of them changed. */
function changed(files: ReadonlyMap<string, Uint8Array>, path: string, change: (bytes: Uint8Array) => Uint8Array | null): SimulatedDisk {
  const disk = new SimulatedDisk()
  for (const [name, bytes] of files) {
    const content = name === path ? change(bytes.slice()) : bytes
    if (content !== null) disk.put(name, content)
  }
  return disk
}

/** Commits of 3, 5 and 7 rows, of tenants that have one each; `places` are where they begin and the last one ends. */
async function threeCommits(closed: boolean): Promise<{ files: ReadonlyMap<string, Uint8Array>; places: readonly number[] }> {
  const disk = new SimulatedDisk()
  const log = await open(disk)
  const places: number[] = []
  for (const [tenant, rows] of [
    ['a', 3],
    ['b', 5],
    ['c', 7],
  ] as const) {
    places.push(disk.files().get(first)!.length)
    await append(log, tenant, rows)
  }
  if (closed) await log.close()
  return { files: disk.files(), places: [...places, disk.files().get(first)!.length] }
}

function flip(at: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    bytes[at]! ^= 16
    return bytes
  }
}

describe('a log that was not closed', () => {
  it('loses a torn tail, which is kept aside', async () => {
    const { files, places } = await threeCommits(false)
    for (const cut of [places[2]! + 1, places[3]! - 1]) {
      const events: LogEvent[] = []
      const disk = changed(files, first, (bytes) => bytes.subarray(0, cut))
      const log = await open(disk, events)
      const keptAs = `/log/quarantine/0000000001-${places[2]}.tail`
      expect(events).toEqual([{ kind: 'tail-cut', file: first, offset: places[2], bytes: cut - places[2]!, keptAs }])
      expect(disk.files().get(keptAs)).toEqual(files.get(first)!.subarray(places[2], cut))
      expect(disk.files().get(first)).toHaveLength(places[2]!)
      expect(['a', 'b', 'c'].map((tenant) => rowsOf(log, tenant))).toEqual([3, 5, 0])
      expect(log.nextSequence('c')).toBe(1)
      await log.close()
    }
  })

  it('tells what is damaged in its midst, reads on, and gives no sequence twice that may be lost', async () => {
    const { files, places } = await threeCommits(false)
    for (const [at, what] of [
      [places[1]! + 20, 'commits that cannot be read'],
      [places[1]! + 70, 'the directory of a commit'],
    ] as const) {
      const events: LogEvent[] = []
      const log = await open(changed(files, first, flip(at)), events)
      expect(events).toEqual([{ kind: 'damage', file: first, offset: places[1], bytes: places[2]! - places[1]!, rows: 5, what }])
      expect(['a', 'b', 'c'].map((tenant) => rowsOf(log, tenant))).toEqual([3, 0, 7])
      expect(['a', 'b', 'c'].map((tenant) => log.nextSequence(tenant))).toEqual([9, 6, 8])
      await log.close()
    }
  })

  it('names the rows of a damaged payload', async () => {
    const { files, places } = await threeCommits(false)
    const events: LogEvent[] = []
    const log = await open(changed(files, first, flip(places[2]! - 24)), events)
    expect(events).toMatchObject([{ kind: 'damage', offset: places[2]! - 24, bytes: 24, rows: 5, what: expect.stringMatching(/1 to 5 of the tenant b/) }])
    expect([log.nextSequence('a'), log.nextSequence('b')]).toEqual([4, 6])
    await log.close()
  })
})

describe('a log that was closed', () => {
  it('has no torn tail: what is bad at its end is damage', async () => {
    const { files, places } = await threeCommits(true)
    const events: LogEvent[] = []
    const log = await open(
      changed(files, first, (bytes) => bytes.subarray(0, places[2]! + 30)),
      events,
    )
    expect(events).toEqual([{ kind: 'damage', file: first, offset: places[2], bytes: places[3]! - places[2]!, rows: 7, what: 'commits that cannot be read' }])
    expect(['a', 'b', 'c'].map((tenant) => log.nextSequence(tenant))).toEqual([4, 6, 8])
    await log.close()
  })

  it('misses a journal that is gone', async () => {
    const { files } = await threeCommits(true)
    const events: LogEvent[] = []
    const log = await open(
      changed(files, first, () => null),
      events,
    )
    expect(events).toMatchObject([{ kind: 'damage', file: first, offset: 0, bytes: files.get(first)!.length }])
    expect(log.nextSequence('c')).toBe(8)
    await append(log, 'c', 1)
    await log.close()
  })
})

describe('rows that vanished without a trace', () => {
  it('are told of by the journal behind them', async () => {
    const { files, places } = await threeCommits(false)
    const unclosed = changed(files, first, (bytes) => bytes.subarray(0, places[2]))
    unclosed.put('/log/journals/0000000002.journal', await secondJournal(files))
    const events: LogEvent[] = []
    const again = await open(unclosed, events)
    expect(events).toEqual([{ kind: 'damage', file: first, offset: places[2], bytes: 0, rows: 7, what: 'commits that cannot be read' }])
    expect([rowsOf(again, 'b'), rowsOf(again, 'c'), rowsOf(again, 'd')]).toEqual([5, 0, 1])
    await again.close()
  })
})

/** The journal of a log that was opened again and got one row of the tenant d. */
async function secondJournal(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const disk = changed(files, '', () => null)
  const log = await open(disk)
  await append(log, 'd', 1)
  return disk.files().get('/log/journals/0000000002.journal')!
}
