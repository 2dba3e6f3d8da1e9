import { exitCodes } from '../exit-codes.ts'

export interface Interrupt {
  /** Resolves at the first Ctrl-C (or SIGTERM). */
  readonly stopped: Promise<void>
  isStopped(): boolean
  /** Signals end the process again as they do by default. */
  release(): void
}

/** npm hands on a Ctrl-C that the terminal gave to the process already: what comes within this time is the same one. */
const sameMs = 250

/** The first Ctrl-C asks the run to end, the second ends the process. */
export function onInterrupt(): Interrupt {
  let isStopped = false
  let firstMs = 0
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const listener = () => {
    if (isStopped && performance.now() - firstMs > sameMs) process.exit(exitCodes.interrupted)
    if (isStopped) return
    isStopped = true
    firstMs = performance.now()
    stop()
  }
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return {
    stopped,
    isStopped: () => isStopped,
    release() {
      process.off('SIGINT', listener)
      process.off('SIGTERM', listener)
    },
  }
}
