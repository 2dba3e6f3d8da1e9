import type { OperationName } from '../operations.ts'
import type { RecordRow } from '../schemas/index.ts'
import type { Connection } from './connection.ts'
import { follow } from './follow.ts'

export interface Followed {
  /** Given as `after`, following goes on behind this row. */
  readonly id: string
  readonly row: RecordRow
}

export interface FollowOptions {
  /** The first sequence of interest, `begin` or `now` (default). */
  readonly from?: number | 'begin' | 'now'
  /** The `id` of the last row seen before; in place of `from`. */
  readonly after?: string
  readonly signal?: AbortSignal
  /** The connection ended, and is opened again until it holds; nothing is missed. Called once until the next row. */
  readonly lost?: () => void
}

export async function* followRows(
  connection: Connection,
  name: OperationName,
  path: Readonly<Record<string, string>>,
  { from, after, signal, lost }: FollowOptions,
): AsyncGenerator<Followed> {
  const query = { from: from ?? (after === undefined ? 'now' : undefined) }
  for await (const { id, text } of follow(connection, name, { path, query, signal, lastEventId: after, lost })) {
    yield { id: id ?? '', row: JSON.parse(text) as RecordRow }
  }
}
