import { alignBytes, aligned } from './batch-bytes.ts'

/**
 * Large enough that a batch rarely needs memory of its own, small enough that the allocator keeps what was freed and gives it
 * again: fresh pages of the system cost more than all that is written into them.
 */
const slabBytes = 4 << 20

let slab = new SharedArrayBuffer(0)
let used = 0

/** Zeroed memory that other threads see without a copy, 64-byte aligned; neighbours may lie in the same buffer. */
export function sharedBytes(length: number): Uint8Array {
  if (length > slabBytes / 4) return new Uint8Array(new SharedArrayBuffer(length))
  if (used + length > slab.byteLength) {
    slab = new SharedArrayBuffer(slabBytes)
    used = 0
  }
  const bytes = new Uint8Array(slab, used, length)
  used += Math.max(alignBytes, aligned(length))
  return bytes
}
