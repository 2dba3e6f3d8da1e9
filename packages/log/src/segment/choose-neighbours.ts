import type { SegmentEntry } from '../state/segment-entry.ts'

/** Neighbours [from, to) of a list of segments. */
export interface Neighbours {
  readonly from: number
  readonly to: number
}

export interface Limits {
  /** Of a joined segment. */
  readonly bytes: number
  /** Between its first and its last row. */
  readonly ms: number
  /** Files that are not to be joined, damaged ones. */
  readonly without: ReadonlySet<string>
}

/** So many of about one size are joined. */
const fewest = 8
const smallestBytes = 8 << 10
const growth = 8

/**
 * Segments worth joining: 8 or more neighbours below a size of 8 KiB, 64 KiB, 512 KiB ... The result is of a higher size, so
 * that every row is rewritten only as often as there are sizes, and a stream has few small files. null: there are none.
 */
export function chooseNeighbours(segments: readonly SegmentEntry[], limits: Limits): Neighbours | null {
  for (let size = smallestBytes; size < limits.bytes * growth; size *= growth) {
    const found = below(segments, Math.min(size, limits.bytes / 2), limits)
    if (found !== null) return found
  }
  return null
}

function below(segments: readonly SegmentEntry[], size: number, limits: Limits): Neighbours | null {
  let from = 0
  let bytes = 0
  for (let to = 0; to <= segments.length; to++) {
    const next = segments[to]
    const first = segments[from]
    const small = next !== undefined && next.bytes < size && !limits.without.has(next.file)
    const full = small && bytes + next.bytes > limits.bytes
    const fits = small && !full && (first === undefined || next.lastMs - first.firstMs <= limits.ms)
    if (fits) {
      bytes += next.bytes
      continue
    }
    // What fills half of a segment is joined, however few they are, as it can grow no more.
    if (to - from >= fewest || (full && to - from > 1 && bytes >= limits.bytes / 2)) return { from, to }
    from = small ? to : to + 1
    bytes = small ? next.bytes : 0
  }
  return null
}
