import type { StreamFigures } from '@millrace/log'
import { tableOf } from './query/table-of.ts'
import type { StreamWriter } from './writing/stream-writer.ts'

/** What the history holds of a stream. */
export interface HistoryStream {
  readonly stream: string
  /** Rows are results: `latest` shows the newest of each. */
  readonly results: boolean
  /** New rows are taken. */
  readonly keep: boolean
  readonly maxAgeMs: number | null
  readonly rows: number
  readonly bytes: number
  readonly files: number
  /** Time of its earliest and latest row; null: it has none. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** All rows below this sequence were taken from the log. */
  readonly position: number
  /** Sequences up to the stream's newest row that were not looked at yet. */
  readonly rowsBehind: number
  /** How long the oldest row waits that is not here yet. */
  readonly behindMs: number
  /** Why rows could not be written when last tried; null: they could. */
  readonly failing: string | null
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

export function streamOf(
  { followed, folder }: StreamWriter,
  figures: StreamFigures | undefined,
  { behindMs, failing }: Pick<HistoryStream, 'behindMs' | 'failing'>,
): HistoryStream {
  const { manifest } = folder
  const { files, position } = manifest
  const { columns, results } = tableOf(folder, manifest)
  const keep = followed.keep !== false
  const rowsBehind = keep ? Math.max(0, (figures?.lastSequence ?? -1) + 1 - position) : 0
  return {
    stream: followed.stream,
    results,
    keep,
    maxAgeMs: followed.maxAgeMs ?? null,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.length,
    fromMs: files.length === 0 ? null : Math.min(...files.map(({ fromMs }) => fromMs)),
    toMs: files.length === 0 ? null : Math.max(...files.map(({ toMs }) => toMs)),
    position,
    rowsBehind,
    behindMs: rowsBehind === 0 ? 0 : behindMs,
    failing,
    columns,
  }
}
