import type { ChunkKind } from '../chunk.ts'

/** docs/log-format.md has it byte by byte. All numbers are little-endian; frames and payloads stand at multiples of 8. */
export const formatVersion = 1

export const fileHeader = { bytes: 64, magic: 0, version: 8, number: 16, logId: 24, commit: 32, rows: 40, checksum: 60 } as const
export const fileMagic = 'MRJOURNL'

/** A frame begins with the id of the log; its checksum covers the header behind itself. */
export const frameHeader = {
  bytes: 64,
  logId: 0,
  checksum: 8,
  directoryBytes: 12,
  payloadBytes: 16,
  directoryChecksum: 20,
  commit: 24,
  logMs: 32,
  rowsBefore: 40,
  rows: 48,
  appends: 56,
} as const

/** Fixed parts of the directory's entries; names follow each. */
export const appendEntry = { bytes: 24, sequence: 0, producerSequence: 8, chunks: 16, tenantBytes: 20, producerBytes: 22 } as const
export const chunkEntry = {
  bytes: 40,
  rows: 0,
  payloadBytes: 4,
  checksum: 8,
  schema: 12,
  runs: 16,
  kind: 20,
  streamBytes: 22,
  firstMs: 24,
  lastMs: 32,
} as const

export const kinds: readonly ChunkKind[] = ['batch', 'bytes', 'tick', 'paused', 'resumed', 'end', 'mark']

export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}

/** Whole numbers up to 2^53 either way as i64, without BigInt. */
export function setWhole(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}

export function getWhole(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)
}

export function journalName(number: number): string {
  return `${String(number).padStart(10, '0')}.journal`
}

/** The number in a journal's name; null: it is none. */
export function journalNumber(name: string): number | null {
  const match = /^(\d{10,})\.journal$/.exec(name)
  return match === null ? null : Number(match[1])
}
