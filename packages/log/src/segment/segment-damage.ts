import { join } from 'node:path'
import type { LogEvent } from '../events.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import type { ChunkIndex } from './chunk-index.ts'
import type { Gap } from './scan-chunks.ts'
import type { SegmentFile } from './segment-file.ts'

/** Tells of damaged segments, of each place once. */
export class SegmentDamage {
  readonly #report: (event: LogEvent) => void
  readonly #directory: string
  readonly #known = new Set<string>()
  /** Files that have damage: they are left as they are, whoever may still want to save what is in them. */
  readonly files = new Set<string>()

  /** `directory`: the folder of segments. */
  constructor(directory: string, report: (event: LogEvent) => void) {
    this.#directory = directory
    this.#report = report
  }

  /** The index had to be made anew: names what is neither the file's header nor a chunk. */
  opened(entry: SegmentEntry, { gaps, index, headerBytes }: SegmentFile): void {
    const whole = gaps.length === 0 && index.count > 0
    const odd = whole ? [] : withCut(gaps, index, entry.bytes).filter(({ offset, bytes }) => offset > 0 || bytes !== headerBytes)
    if (odd.length === 0) return
    let left = entry.rows
    for (let i = 0; i < index.count; i++) left -= index.entry(i).rows
    for (const { offset, bytes } of odd)
      this.#add(entry, offset, bytes, left === 0 ? 0 : odd.length === 1 ? left : null, 'no chunk and no index can be read here')
  }

  chunk(entry: SegmentEntry, { index }: SegmentFile, chunk: number): void {
    const { offset, rows } = index.entry(chunk)
    this.#add(entry, offset, index.end(chunk) - offset, rows, 'a chunk is not as it was written')
  }

  missing(entry: SegmentEntry): void {
    this.#add(entry, 0, entry.bytes, entry.rows, 'the file is missing')
  }

  #add({ file }: SegmentEntry, offset: number, bytes: number, rows: number | null, what: string): void {
    const place = `${file}:${offset}`
    if (this.#known.has(place)) return
    this.#known.add(place)
    this.files.add(file)
    this.#report({ kind: 'damage', file: join(this.#directory, file), offset, bytes, rows, what })
  }
}

/** Where the file ends too early, what is cut off is a part of its last gap. */
function withCut(gaps: readonly Gap[], index: ChunkIndex, bytes: number): readonly Gap[] {
  const last = gaps.at(-1) ?? { offset: 0, bytes: 0 }
  const chunksEnd = index.count > 0 ? index.end(index.count - 1) : 0
  if (Math.max(chunksEnd, last.offset + last.bytes) >= bytes) return gaps
  if (chunksEnd > last.offset) return [...gaps, { offset: chunksEnd, bytes: bytes - chunksEnd }]
  return [...gaps.slice(0, -1), { offset: last.offset, bytes: bytes - last.offset }]
}
