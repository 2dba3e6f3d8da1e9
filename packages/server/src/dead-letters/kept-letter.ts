import { deadStream } from '@millrace/jobs'
import type { Piece } from '@millrace/log'
import type { Writing } from './writing.ts'

/** A dead letter as it stands in the log, a line of JSON. */
export interface KeptLetter extends Partial<Writing> {
  /** Its place in the tenant's order. */
  readonly sequence: number
  readonly code: string
  readonly column: string | null
  readonly reason: string
  readonly key: string | null
  readonly text?: string
  readonly base64?: string
}

export { deadStream }

/** Where the log keeps which dead letters were replayed: their sequences, a line each. */
export function replayedStream(stream: string): string {
  return `${stream}/replayed`
}

export function bytesOf({ text, base64 = '' }: KeptLetter): Uint8Array {
  return text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text)
}

/** The letters of a piece, in their order. */
export function* lettersOf(piece: Piece): Generator<KeptLetter> {
  for (const [sequence, line] of linesOf(piece)) yield { ...(JSON.parse(line) as Omit<KeptLetter, 'sequence'>), sequence }
}

/** The sequences of replayed letters that a piece tells. */
export function* replayedOf(piece: Piece): Generator<number> {
  for (const [, line] of linesOf(piece)) yield Number(line)
}

/** Sequence and text of each row of a piece. */
function* linesOf({ chunk, from, to }: Piece): Generator<readonly [sequence: number, line: string]> {
  if (chunk.kind !== 'bytes') return
  const { runs } = chunk
  const lines = Buffer.from(chunk.payload).toString().split('\n')
  let first = 0
  for (let run = 0; run < runs.count; run++) {
    const rows = runs.rows[run] as number
    for (let row = Math.max(first, from); row < Math.min(first + rows, to); row++) yield [(runs.sequence[run] as number) + row - first, lines[row] as string]
    first += rows
  }
}
