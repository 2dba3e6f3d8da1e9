/** What stands for shared memory, for as long as this thread holds it. */
const counted = new WeakMap<SharedArrayBuffer, ArrayBuffer>()

/**
 * Memory that other threads see without a copy. V8 does not count it as pressure to collect garbage, so a buffer of an eighth of
 * its size lives as long: nobody touches it, so it takes no pages, but it is counted.
 */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes)
  counted.set(memory, new ArrayBuffer(bytes >> 3))
  return memory
}
