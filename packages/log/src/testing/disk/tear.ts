import type { Random } from '../random.ts'
import { apply, type Change } from './change.ts'
import type { GrowingBytes } from './growing-bytes.ts'

/** Sizes in which disks and caches write: a byte, a sector, a page. */
const grains = [1, 512, 4096] as const

/** Applies all of a change, nothing of it, or some of its parts. */
export function tear(to: GrowingBytes, change: Change, random: Random): void {
  const fate = random.pick(['dropped', 'kept', 'torn'] as const)
  if (fate === 'dropped') return
  if (fate === 'kept' || change.kind === 'resize') apply(to, change)
  else if (random.chance(0.4)) to.write(change.at, change.bytes.subarray(0, random.between(0, change.bytes.length)))
  else writeSome(to, change.at, change.bytes, random)
}

/** Each grain of the disk that the write touches is written or not, in no order; small writes are torn in small grains. */
function writeSome(to: GrowingBytes, at: number, bytes: Uint8Array, random: Random): void {
  const grain = random.pick(grains.filter((size) => size === 1 || size < bytes.length * 2))
  const share = random.pick([0.1, 0.5, 0.9])
  const end = at + bytes.length
  for (let from = at; from < end; ) {
    const next = Math.min(end, grain === 1 ? from + random.between(1, bytes.length) : from + grain - (from % grain))
    if (random.chance(share)) to.write(from, bytes.subarray(from - at, next - at))
    from = next
  }
}
