/** Lets everything else of the thread have its turn, so that long work does not hold up commits and readers. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
