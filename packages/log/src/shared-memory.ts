/**
 * Memory that other threads see without a copy. V8 does not count it as pressure to collect garbage, so a buffer of an eighth of
 * its size is made that nobody keeps or touches: it takes no pages, but is counted.
 */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  new ArrayBuffer(bytes >> 3)
  return new SharedArrayBuffer(bytes)
}
