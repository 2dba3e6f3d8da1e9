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
  if (length > slabBytes / 4) return new Uint8Array(sharedMemory(length))
  if (used + length > slab.byteLength) {
    slab = sharedMemory(slabBytes)
    used = 0
  }
  const bytes = new Uint8Array(slab, used, length)
  used += Math.max(alignBytes, aligned(length))
  return bytes
}

export function sharedMemory(bytes: number): SharedArrayBuffer {
  countShared(bytes)
  return new SharedArrayBuffer(bytes)
}

/**
 * This thread holds so much more shared memory, made here or sent by another. V8 does not count it as pressure to collect
 * garbage, and gigabytes pile up; a buffer that nobody keeps or touches takes no pages, but is counted. An eighth of the size, as a
 * collection every few hundred megabytes is enough.
 */
export function countShared(bytes: number): void {
  new ArrayBuffer(bytes >> 3)
}
