import type { Log } from '@millrace/log'
import type { Encoders } from '../live/reading/encoders.ts'
import { type OutletRows, positionAt, someOf } from '../live/reading/outlet.ts'
import { linesOf } from '../live/reading/page-body.ts'
import type { ExportedStream } from './exported-streams.ts'
import type { ArchiveFile } from './tar-stream.ts'

const fileBytes = 8 << 20
const readBytes = 1 << 20

/** Rows of an outlet below a sequence, as NDJSON in files of about 8 MiB: `<folder>/000001.ndjson`. */
export async function* exportedRows(
  log: Log,
  { outlet, folder }: ExportedStream,
  below: number,
  encoders: Encoders,
  signal: AbortSignal,
): AsyncGenerator<ArchiveFile & { rows: number }> {
  const reader = log.reader({ tenant: outlet.tenant, streams: [outlet.stream] })
  let files = 0
  let rows = 0
  let lines: Buffer[] = []
  const file = () => ({ name: `${folder}/${String(++files).padStart(6, '0')}.ndjson`, bytes: Buffer.concat(lines), rows })
  try {
    while (reader.position < below) {
      signal.throwIfAborted()
      const pieces = await reader.read(readBytes)
      if (pieces.length === 0) break
      for (const part of pieces.flatMap((piece) => outlet.read(piece) ?? []).map((whole) => rowsBelow(whole, below))) {
        lines.push(...linesOf(part, 'ndjson', encoders))
        rows += part.rows.count
      }
      if (lines.reduce((sum, { length }) => sum + length, 0) < fileBytes) continue
      yield file()
      lines = []
      rows = 0
    }
    if (rows > 0) yield file()
  } finally {
    reader.close()
  }
}

/** A piece may go beyond the sequence. */
function rowsBelow(part: OutletRows, below: number): OutletRows {
  let count = part.rows.count
  while (count > 0 && positionAt(part, count - 1) >= below) count--
  return count === part.rows.count ? part : someOf(part, 0, count)
}
