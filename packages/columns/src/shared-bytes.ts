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
  const memory = new SharedArrayBuffer(bytes)
  countShared(memory, bytes)
  return memory
}

/** Below it, what else comes with some shared bytes is garbage enough to be collected in time. */
const leastCounted = 64 << 10

/** What stands for shared memory, for as long as this thread holds it. */
const counted = new WeakMap<ArrayBufferLike, ArrayBuffer>()

/**
 * This thread holds so many bytes more of shared memory, made here or sent by another. V8 does not count it as pressure to collect
 * garbage, and gigabytes pile up; a buffer that nobody touches takes no pages, but is counted. It must live as long: one that is gone
 * with the next small collection says nothing of memory that grew old. An eighth of the size, as a collection every few hundred
 * megabytes is enough.
 */
export function countShared(memory: ArrayBufferLike, bytes: number): void {
  if (bytes < leastCounted) return
  counted.set(memory, new ArrayBuffer((counted.get(memory)?.byteLength ?? 0) + (bytes >> 3)))
}
