import { type ChunkKind, type Log, type LogEvent, type LogOptions, type NewChunk, openLog } from '@millrace/log'
import type { Random, SimulatedDisk } from '@millrace/log/testing'
import { expect } from 'vitest'

const directory = '/log'
export const tenant = 'Tenant'
export const streams = ['readings', 'Alarms', 'clock']
/** Journals are closed and rewritten soon. */
export const tiny = { journalBytes: 2_000, maxJournals: 2, tailBytes: 0 } as const

/** Payloads here are a byte a row, so joining is putting them one behind the other. */
const join = (payloads: readonly Uint8Array[]): Uint8Array => Buffer.concat(payloads)

/** A log over a simulated disk, and what it reported. */
export interface World {
  readonly disk: SimulatedDisk
  readonly log: Log
  readonly events: LogEvent[]
}

/** Opens the log that the disk holds. */
export async function open(disk: SimulatedDisk, options: Partial<LogOptions> = {}): Promise<World> {
  const events: LogEvent[] = []
  const log = await openLog({ directory, files: disk, clock: () => 1_000, join, report: (event) => events.push(event), ...tiny, ...options })
  return { disk, log, events }
}

export function chunk(stream: string, rows: number, byte: number, kind: ChunkKind = 'batch'): NewChunk {
  return { stream, kind, rows, schema: 1, payload: new Uint8Array(rows).fill(byte) }
}

export function randomChunks(random: Random): NewChunk[] {
  return Array.from({ length: random.between(1, 3) }, () => {
    const stream = random.pick(streams)
    return stream === 'clock' ? { ...chunk(stream, 1, 0, 'tick'), payload: new Uint8Array(0) } : chunk(stream, random.between(1, 40), random.below(256))
  })
}

/** Rows as text: stream, sequence, time, byte. */
export async function rows(log: Log, of: readonly string[] = streams, from = 0): Promise<string[]> {
  const reader = log.reader({ tenant, streams: of, from })
  const found: string[] = []
  for (let pieces = await reader.read(500); pieces.length > 0; pieces = await reader.read(500)) {
    for (const piece of pieces) {
      const { runs, stream, payload } = piece.chunk
      let row = 0
      for (let run = 0; run < runs.count; run++)
        for (let i = 0; i < (runs.rows[run] as number); i++, row++)
          if (row >= piece.from && row < piece.to) found.push([stream, (runs.sequence[run] as number) + i, runs.ingestionMs[run], payload[row]].join())
    }
  }
  reader.close()
  return found
}

/** Paths of the segment files. */
export function segmentsOf({ disk }: World): string[] {
  return [...disk.files().keys()].filter((path) => path.startsWith(`${directory}/segments/`)).sort()
}

/** The manifest names every segment file. */
export function expectNoOrphans({ disk }: World): void {
  const manifest = Buffer.from(disk.files().get(`${directory}/manifest`) as Uint8Array).toString()
  for (const path of disk.files().keys()) {
    const file = path.split('/segments/')[1]
    if (file !== undefined) expect(manifest).toContain(JSON.stringify(file))
  }
}

/** The journals but the newest are closed. */
export async function fill(log: Log, random: Random, appends: number): Promise<void> {
  for (let i = 0; i < appends; i++) await log.append({ tenant, chunks: randomChunks(random) })
}

/** Few rows of many bytes, so that segments are not tiny. */
export async function fillLarge(log: Log, appends: number): Promise<void> {
  for (let i = 0; i < appends; i++) {
    const large = { ...chunk('readings', 2, 0, 'bytes'), payload: new Uint8Array(3_000).fill(i) }
    await log.append({ tenant, chunks: [large, chunk('Alarms', 3, i)] })
  }
}
