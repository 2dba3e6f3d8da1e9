import type { Append, Receipt } from '@millrace/log'
import type { Taken } from './decoding.ts'
import type { IntakeParts } from './intake-parts.ts'

/** Appends what was taken and releases its room; null: there is nothing. */
export async function makeDurable(
  { log, room }: IntakeParts,
  tenant: string,
  { chunks, bytes }: Taken,
  producer?: Append['producer'],
): Promise<Receipt | null> {
  try {
    return chunks.length === 0 ? null : await log.append({ tenant, chunks, ...(producer !== undefined && { producer }) })
  } finally {
    room.release(tenant, bytes)
  }
}

export function recordsOf({ chunks }: Taken): number {
  return chunks.reduce((sum, { kind, rows }) => sum + (kind === 'batch' ? rows : 0), 0)
}

/** Sequences of the records among the chunks, of which they come first; null: there are none. */
export function recordSequences(taken: Taken, { sequences: [first = 0] }: Receipt): readonly [number, number] | null {
  const records = recordsOf(taken)
  return records === 0 ? null : [first, first + records - 1]
}
