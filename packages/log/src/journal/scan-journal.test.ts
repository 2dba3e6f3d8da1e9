import { describe, expect, it } from 'vitest'
import { checksum, seedOf } from '../checksum.ts'
import { Random } from '../testing/random.ts'
import type { PlacedAppend } from './directory.ts'
import { encodeCommit } from './encode-commit.ts'
import { encodeFileHeader } from './file-header.ts'
import { scanJournal } from './scan-journal.ts'

const logId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 250)
const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)

function placed(sequence: number, payloads: readonly Uint8Array[], producer?: { id: string; sequence: number }): PlacedAppend {
  const chunks = payloads.map((payload, index) => ({ stream: `stream ${index} é`, kind: 'bytes' as const, rows: 3, schema: 7, payload }))
  const contents = payloads.map((payload) => ({ times: null, runs: 0, firstMs: -5, lastMs: 2 ** 45, checksum: checksum(payload, seedOf(logId)) }))
  return { append: { tenant: 'tenant', chunks, producer }, sequence, contents }
}

function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.below(256))
}

/** A journal of so many commits, each of one append with two payloads. */
function journalOf(commits: number, payload: () => Uint8Array = () => bytesOf(random.pick([0, 1, 7, 8, 100, 5000]))): { bytes: Buffer; places: number[] } {
  const parts: Uint8Array[] = [encodeFileHeader(logId, { number: 1, commit: 0, rows: 0 })]
  const places: number[] = []
  let at = 64
  for (let commit = 1; commit <= commits; commit++) {
    const header = { commit, logMs: commit * 10, rowsBefore: (commit - 1) * 6, rows: 6 }
    const frame = encodeCommit(logId, header, [placed(commit * 6 - 5, [payload(), payload()], { id: 'p', sequence: commit })])
    parts.push(...frame.parts)
    places.push(at)
    at += frame.bytes
  }
  return { bytes: Buffer.concat(parts), places }
}

const commitsIn = (bytes: Uint8Array): number[] =>
  scanJournal(bytes, logId, 0)
    .frames.filter((frame) => frame.damaged.length === 0)
    .map((frame) => frame.commit)

describe(`the frames of a journal (seed ${seed})`, () => {
  it('come back as they were written', () => {
    const payloads = [bytesOf(4096), bytesOf(4097), bytesOf(0), bytesOf(13)]
    const frame = encodeCommit(logId, { commit: 9, logMs: -7, rowsBefore: 2 ** 40, rows: 12 }, [placed(2 ** 50, payloads, { id: 'ü', sequence: 2 ** 52 })])
    const bytes = Buffer.concat([encodeFileHeader(logId, { number: 1, commit: 8, rows: 0 }), ...frame.parts])
    expect(bytes.length).toBe(64 + frame.bytes)
    const { frames, gaps } = scanJournal(bytes, logId, 8)
    expect(gaps).toEqual([])
    expect(frames).toMatchObject([{ at: 64, bytes: frame.bytes, commit: 9, logMs: -7, rowsBefore: 2 ** 40, rows: 12, damaged: [] }])
    const append = frames[0]!.appends[0]!
    expect(append).toMatchObject({ tenant: 'tenant', producer: { id: 'ü', sequence: 2 ** 52 }, sequence: 2 ** 50 })
    expect(append.chunks.map(({ at, bytes: size }) => [...bytes.subarray(at, at + size)])).toEqual(payloads.map((payload) => [...payload]))
    expect(append.chunks.map(({ at }) => at - 64)).toEqual(frame.places)
    expect(append.chunks[3]).toMatchObject({
      stream: 'stream 3 é',
      kind: 'bytes',
      rows: 3,
      schema: 7,
      sequence: 2 ** 50 + 9,
      runs: 0,
      firstMs: -5,
      lastMs: 2 ** 45,
    })
  })

  it('that are damaged by one byte are not read, and those behind them are', () => {
    const { bytes, places } = journalOf(5)
    for (let tries = 0; tries < 500; tries++) {
      const at = 64 + random.below(bytes.length - 64)
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1 << random.below(8)
      const hit = places.findLastIndex((place) => place <= at) + 1
      expect(commitsIn(damaged)).toEqual([1, 2, 3, 4, 5].filter((commit) => commit !== hit))
    }
  })

  it('that are cut are not read', () => {
    const { bytes, places } = journalOf(4)
    for (let tries = 0; tries < 300; tries++) {
      const length = 64 + random.below(bytes.length - 64)
      const whole = [...places.slice(1), bytes.length].filter((end) => end <= length).length
      expect(commitsIn(bytes.subarray(0, length))).toEqual([1, 2, 3, 4].slice(0, whole))
    }
  })

  it('are not found in what a tenant sends: neither those of this log nor those of another', () => {
    const own = journalOf(1).bytes.subarray(64)
    const { bytes, places } = journalOf(3, () => own)
    bytes.fill(0xff, places[1]!, places[1]! + 64)
    expect(commitsIn(bytes)).toEqual([1, 3])
    expect(scanJournal(bytes, Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9), 0).frames).toEqual([])
  })
})
