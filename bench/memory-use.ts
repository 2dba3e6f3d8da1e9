/** Of heap and external memory, buffers included, when what nobody needs is gone. */
export function usedBytes(): number {
  // The second collection waits until the buffers that the first one found are gone.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
