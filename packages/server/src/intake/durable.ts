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

/** Sequences of the records among the chunks, first and last; null: there are none, or a repetition has other chunks than what was accepted. */
export function recordSequences({ chunks }: Taken, { sequences }: Receipt): readonly [number, number] | null {
  const last = chunks.findLastIndex(({ kind }) => kind === 'batch')
  if (last < 0 || sequences.length !== chunks.length) return null
  return [sequences[0] as number, (sequences[last] as number) + (chunks[last]?.rows ?? 0) - 1]
}
