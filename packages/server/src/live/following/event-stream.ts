import type { Log } from '@millrace/log'
import { oldestBehindGap } from '../reading/begin-position.ts'
import type { Encoders } from '../reading/encoders.ts'
import { type Outlet, positionAt } from '../reading/outlet.ts'
import { Coming } from './coming.ts'
import { eventsOf } from './events-of.ts'

/** Bytes of the log that are read at once, about: what a reader that does not read costs. */
const readBytes = 64 << 10
/** After which a reader that lost its connection comes back. */
const retryMs = 1000

export interface EventStreamOptions {
  readonly log: Log
  readonly outlet: Outlet
  /** The first position of interest. */
  readonly from: number
  /** Whether the reader was there before: else it begins with the first record that is left. */
  readonly isClaim: boolean
  readonly encoders: Encoders
  readonly heartbeatMs: number
  /** False: the reader may see no more. */
  readonly isValid: () => boolean
  /** Ends the stream. */
  readonly signal: AbortSignal
}

/**
 * Records as server-sent events: `id` is the position, `data` the record as JSON. The log is read only when the reader took what
 * came before. Heartbeats are comments with an id, so that one who saw nothing for long does not come back to where
 * retention dropped what was never meant for it. Ends where retention was faster than the reader, who is told when it comes back.
 */
export async function* eventStream({ log, outlet, from, isClaim, encoders, heartbeatMs, isValid, signal }: EventStreamOptions): AsyncGenerator<Buffer> {
  const reader = log.reader({ tenant: outlet.tenant, streams: [outlet.stream], from })
  const stop = (): void => reader.close()
  signal.addEventListener('abort', stop)
  const coming = new Coming(reader, heartbeatMs)
  let announced = false
  let wasHere = isClaim
  try {
    yield Buffer.from(`retry: ${retryMs}\n${idBefore(from)}`)
    while (!signal.aborted) {
      const before = reader.position
      const pieces = await reader.read(readBytes)
      // Nothing comes though it was announced: the log was closed.
      if (pieces.length === 0 && announced) return
      if (!isValid()) return
      const parts = pieces.flatMap((piece) => outlet.read(piece) ?? [])
      const first = parts[0] === undefined ? reader.position : positionAt(parts[0], 0)
      if (wasHere && oldestBehindGap(log, outlet, before, first) !== null) return
      wasHere = true
      for (const part of parts) yield* eventsOf(part, encoders)
      announced = pieces.length === 0 && (await coming.announced())
      if (pieces.length === 0 && !announced) yield Buffer.from(`: heartbeat\n${idBefore(reader.position)}`)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    reader.close()
  }
}

/** An event without data: it only says where a reader that comes back goes on. */
function idBefore(position: number): string {
  return position > 0 ? `id: ${position - 1}\n\n` : '\n'
}
