import type { Append, Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'

/** Until an append that found no room is tried again. */
const roomMs = 500

/** Appends once there is room; throws what does not pass by itself, and what stood in the way when the signal is given. */
export async function appendPatiently(log: Log, append: Append, pause: (ms: number) => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await log.append(append)
      return
    } catch (error) {
      const waits = error instanceof MillraceError && (error.code === 'LOG_DISK_FULL' || error.code === 'LOG_BUSY')
      if (!waits || signal.aborted) throw error
      await pause(roomMs)
    }
  }
}
