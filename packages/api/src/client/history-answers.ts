import type { HistoryQuery } from '../schemas/index.ts'
import type { Call } from './connection.ts'

export interface AnswerOptions {
  /** Aborted: the server ends the query. */
  readonly signal?: AbortSignal
}

/** A query may wait for its turn, then takes its time: the server's limits say how long. */
const mostMs = 600_000

/** A query changes nothing. */
export function asking({ limits }: Pick<HistoryQuery, 'limits'>, { signal }: AnswerOptions): Pick<Call, 'signal' | 'waitMs' | 'repeatable'> {
  return { ...(signal !== undefined && { signal }), waitMs: limits?.timeMs ?? mostMs, repeatable: true }
}

export async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer())
}
