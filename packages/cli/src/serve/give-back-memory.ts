import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Of a larger heap collecting would hold up what has begun already. */
const mostHeapBytes = 256 << 20

/**
 * Gives back to the system what only the start needed: sources that were read, what became of schemas. By itself V8 does so under load, not
 * where nothing happens. Takes some ten milliseconds.
 */
export function giveBackMemory(): void {
  if (process.memoryUsage().heapUsed > mostHeapBytes) return
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as NodeJS.GCFunction
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
