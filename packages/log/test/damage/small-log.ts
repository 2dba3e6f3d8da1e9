import type { Log, LogOptions, NewChunk, OpenLog } from '@millrace/log'
import { type Random, SimulatedDisk } from '@millrace/log/testing'
import { joinPayloads, makeChunk } from '../power-loss/payload.ts'
import { type Row, readRows } from '../power-loss/read-rows.ts'

/** The files of a log that was closed, and all rows of its tenants. */
export interface SmallLog {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly rows: ReadonlyMap<string, readonly Row[]>
}

export const directory = '/disk/log'
export const tenants = ['north', 'süd'] as const
export const streams = ['readings', 'letters', 'clock'] as const

export function logOptions(files: SimulatedDisk): LogOptions {
  let nowMs = 1_700_000_000_000
  return { directory, files, journalBytes: 1200, maxJournals: 2, join: joinPayloads, clock: () => nowMs++ }
}

/** Segments, a closed journal and the journal that was written last; each append is a commit of its own. */
export async function makeSmallLog(openLog: OpenLog, random: Random): Promise<SmallLog> {
  const disk = new SimulatedDisk()
  const log = await openLog(logOptions(disk))
  for (let id = 1; id <= 24; id++) {
    await log.append({ tenant: random.pick(tenants), chunks: randomChunks(id, random), ...(id % 3 === 0 && { producer: { id: 'gateway', sequence: id } }) })
    if (id === 8) await log.setRetention('north', 'letters', { maxAgeMs: 1e9, maxBytes: null })
    if (id === 9) await log.pin({ tenant: 'north', name: 'job', streams: ['readings'], sequence: 1, maxAgeMs: 1e9, maxBytes: 1e9 })
    if (id === 14) await log.maintain()
  }
  const rows = await allRows(log)
  await log.close()
  return { files: disk.files(), rows }
}

export async function allRows(log: Log): Promise<ReadonlyMap<string, readonly Row[]>> {
  const rows = new Map<string, readonly Row[]>()
  for (const tenant of tenants) rows.set(tenant, await readRows(log, { tenant, streams }))
  return rows
}

export function diskOf(files: ReadonlyMap<string, Uint8Array>): SimulatedDisk {
  const disk = new SimulatedDisk()
  for (const [path, bytes] of files) disk.put(path, bytes)
  return disk
}

function randomChunks(append: number, random: Random): NewChunk[] {
  return Array.from({ length: random.pick([1, 1, 2, 3]) }, (_, chunk) => {
    const shape = random.pick([
      { stream: 'readings', kind: 'batch', rows: random.between(1, 4) },
      { stream: 'letters', kind: 'bytes', rows: 1 },
      { stream: 'clock', kind: 'tick', rows: 1 },
    ] as const)
    return makeChunk(append, chunk, shape, random.pick([0, 3, 12]))
  })
}
