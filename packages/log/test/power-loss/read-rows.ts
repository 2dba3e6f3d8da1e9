import type { Chunk, ChunkKind, Log, Piece, ReaderOptions } from '@millrace/log'
import { type Origin, originOf } from './payload.ts'
import { Violation } from './violation.ts'

/** A row as a reader handed it out. */
export interface Row extends Origin {
  readonly stream: string
  readonly kind: ChunkKind
  readonly sequence: number
  readonly ingestionMs: number
}

/** All that a log has of some streams from a sequence on. */
export async function readRows(log: Log, options: ReaderOptions, maxBytes?: number): Promise<readonly Row[]> {
  const reader = log.reader(options)
  const rows: Row[] = []
  for (;;) {
    const before = reader.position
    const pieces = await reader.read(maxBytes)
    if (reader.position < before) throw new Violation('the position of a reader never falls', { before, after: reader.position })
    if (pieces.length === 0) break
    for (const row of rowsOf(pieces)) {
      if (row.sequence < before) throw new Violation('a reader hands out no row below its position', { before, row })
      rows.push(row)
    }
    const highest = rows.at(-1)?.sequence ?? 0
    if (reader.position <= highest) throw new Violation('the position of a reader is behind what it handed out', { position: reader.position, highest })
  }
  reader.close()
  return rows
}

export function rowsOf(pieces: readonly Piece[]): Row[] {
  return pieces.flatMap(({ chunk, from, to }) => Array.from({ length: to - from }, (_, index) => rowOf(chunk, from + index)))
}

function rowOf(chunk: Chunk, row: number): Row {
  const origin = originOf(chunk, row)
  const place = placeOf(chunk, row)
  if (!origin) throw new Violation('no byte is handed out that was not written', { stream: chunk.stream, kind: chunk.kind, ...place })
  return { stream: chunk.stream, kind: chunk.kind, ...place, ...origin }
}

function placeOf({ runs, stream }: Chunk, row: number): { readonly sequence: number; readonly ingestionMs: number } {
  let first = 0
  for (let run = 0; run < runs.count; run++) {
    const rows = runs.rows[run]!
    if (row < first + rows) return { sequence: runs.sequence[run]! + row - first, ingestionMs: runs.ingestionMs[run]! }
    first += rows
  }
  throw new Violation('the runs of a chunk hold all of its rows', { stream, row })
}
