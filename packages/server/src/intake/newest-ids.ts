import { decodeBatch } from '@millrace/columns'
import type { Log, Piece } from '@millrace/log'
import { idsOf, type MessageId } from './known-ids.ts'

export interface IdColumn {
  readonly tenant: string
  readonly stream: string
  readonly column: string
}

/** Message ids of the newest records of a stream, `most` or a few more, the oldest first: read from the log. */
export async function newestIds(log: Pick<Log, 'reader' | 'stream'>, column: IdColumn, most: number): Promise<readonly MessageId[]> {
  const figures = log.stream(column.tenant, column.stream)
  if (figures?.lastSequence == null || figures.firstSequence === null) return []
  // The tenant's other streams take sequences, too: how far back the records reach is found by going back farther each time.
  for (let span = most; ; span *= 4) {
    const from = Math.max(figures.firstSequence, figures.lastSequence + 1 - span)
    const ids = await idsFrom(log, column, from)
    if (ids.length >= most || from === figures.firstSequence) return ids
  }
}

async function idsFrom(log: Pick<Log, 'reader'>, { tenant, stream, column }: IdColumn, from: number): Promise<readonly MessageId[]> {
  const reader = log.reader({ tenant, streams: [stream], from })
  try {
    const ids: MessageId[] = []
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) for (const piece of pieces) addIds(ids, piece, column)
    return ids
  } finally {
    reader.close()
  }
}

function addIds(ids: MessageId[], { chunk, from, to }: Piece, column: string): void {
  if (chunk.kind !== 'batch') return
  const { fields, columns } = decodeBatch(chunk.payload)
  // Records of older versions of the schema may not have it.
  const idOf = idsOf(columns[fields.findIndex(({ name }) => name === column)])
  if (idOf !== null) for (let row = from; row < to; row++) ids.push(idOf(row))
}
