import type { SinkSystem, SourceSystem } from '@millrace/api/schemas'
import type { ErrorCode, ErrorContext } from '@millrace/plan'
import type { Messages, RefusedRow, SinkOpening, SinkRows, SourceOpening } from '../contract.ts'

/** What the thread is asked to do; `connector` is the number that its opening was given. */
export type Order =
  | { readonly call: 'openSource'; readonly connector: number; readonly system: SourceSystem; readonly opening: SourceOpening<unknown> }
  | { readonly call: 'openSink'; readonly connector: number; readonly system: SinkSystem; readonly opening: SinkOpening<unknown> }
  | { readonly call: 'next' | 'accepted' | 'close'; readonly connector: number }
  | { readonly call: 'write'; readonly connector: number; readonly rows: SinkRows }

export interface NumberedOrder {
  readonly number: number
  readonly order: Order
}

export type Answered = PackedMessages | readonly RefusedRow[] | null

/** What became of an order. */
export interface Report {
  readonly number: number
  readonly answer: Answered
  /** Null: it did not fail. */
  readonly failure: { readonly code: ErrorCode; readonly context: ErrorContext } | null
}

/** Messages as two buffers: a thousand small ones would be a thousand copies. */
export interface PackedMessages extends Omit<Messages, 'bodies'> {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** End of each body within the bytes. */
  readonly ends: Uint32Array<ArrayBuffer>
}

export function packed({ bodies, ...more }: Messages): PackedMessages {
  const bytes = new Uint8Array(bodies.reduce((sum, { length }) => sum + length, 0))
  const ends = new Uint32Array(bodies.length)
  let at = 0
  for (const [index, body] of bodies.entries()) {
    bytes.set(body, at)
    at += body.length
    ends[index] = at
  }
  return { ...more, bytes, ends }
}

export function unpacked({ bytes, ends, ...more }: PackedMessages): Messages {
  let from = 0
  const bodies = Array.from(ends, (end) => {
    const body = bytes.subarray(from, end)
    from = end
    return body
  })
  return { ...more, bodies }
}
