import type { OperationName } from '../operations.ts'
import type { Call, Connection } from './connection.ts'
import { RequestFailed } from './request-failed.ts'
import { delayMs, pause } from './retries.ts'
import { type ServerEvent, serverEvents } from './server-events.ts'

/**
 * Events of a live operation, without a gap and none twice: a connection that ends is opened again behind the last event. Ends when the
 * signal is given; throws what does not pass, such as a key that was revoked.
 */
export async function* follow(
  connection: Connection,
  name: OperationName,
  call: Call & { readonly lastEventId?: string; readonly lost?: (() => void) | undefined },
): AsyncGenerator<ServerEvent & { readonly text: string }> {
  const { signal } = call
  let { lastEventId } = call
  let retryMs: number | null = null
  const ended = () => signal?.aborted === true
  for (let tried = 0; !ended(); ) {
    try {
      for await (const event of serverEvents(await opened(connection, name, call, lastEventId))) {
        tried = 0
        lastEventId = event.id ?? lastEventId
        retryMs = event.retryMs
        if (event.text !== null) yield { ...event, text: event.text }
      }
    } catch (error) {
      if (ended()) return
      if (error instanceof RequestFailed && !error.passing) throw error
    }
    // A connection that ended well is opened anew at once: that is worth no word.
    if (++tried === 2) call.lost?.()
    await pause(retryMs ?? delayMs(tried, connection.retries), signal)
  }
}

/** The time limit ends with the headers: events may come as long as they like. */
async function opened(connection: Connection, name: OperationName, call: Call, lastEventId: string | undefined): Promise<AsyncIterable<Uint8Array>> {
  const headers: Record<string, string> = { ...call.headers, accept: 'text/event-stream' }
  if (lastEventId !== undefined) headers['last-event-id'] = lastEventId
  return connection.once(name, { ...call, headers }, ({ body }) => body as AsyncIterable<Uint8Array>)
}
