import { exitCodes } from '../exit-codes.ts'

export interface Interrupt {
  /** Resolves at the first Ctrl-C (or SIGTERM). */
  readonly stopped: Promise<void>
  isStopped(): boolean
  /** Signals end the process again as they do by default. */
  release(): void
}

/** The first Ctrl-C asks the run to end, the second ends the process. */
export function onInterrupt(): Interrupt {
  let isStopped = false
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const listener = () => {
    if (isStopped) process.exit(exitCodes.interrupted)
    isStopped = true
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
