import type { StreamFigures } from '@millrace/log'
import { type Totals, totalsOf } from './files/totals.ts'
import { tableOf } from './query/table-of.ts'
import type { StreamWriter } from './writing/stream-writer.ts'

/** How much the history holds of a stream, and how far it is. */
export interface HistoryFigures extends Totals {
  readonly tenant: string
  readonly stream: string
  /** Sequences up to the stream's newest row that were not looked at yet. */
  readonly rowsBehind: number
  /** How long the oldest row waits that is not here yet. */
  readonly behindMs: number
  /** Why rows could not be written when last tried; null: they could. */
  readonly failing: string | null
}

/** What the history holds of a stream. */
export interface HistoryStream extends HistoryFigures {
  /** Rows are results: `latest` shows the newest of each. */
  readonly results: boolean
  /** New rows are taken. */
  readonly keep: boolean
  readonly maxAgeMs: number | null
  /** All rows below this sequence were taken from the log. */
  readonly position: number
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

type Progress = Pick<HistoryFigures, 'behindMs' | 'failing'>

export function figuresOf({ followed, folder }: StreamWriter, logged: StreamFigures | null, { behindMs, failing }: Progress): HistoryFigures {
  const { tenant, stream, keep } = followed
  const rowsBehind = keep === false ? 0 : Math.max(0, (logged?.lastSequence ?? -1) + 1 - folder.manifest.position)
  return { tenant, stream, ...totalsOf(folder.manifest), rowsBehind, behindMs: rowsBehind === 0 ? 0 : behindMs, failing }
}

export function streamOf(writer: StreamWriter, logged: StreamFigures | null, progress: Progress): HistoryStream {
  const { followed, folder } = writer
  const { columns, results } = tableOf(folder, folder.manifest)
  const { keep = true, maxAgeMs = null } = followed
  return { ...figuresOf(writer, logged, progress), results, keep, maxAgeMs, position: folder.manifest.position, columns }
}
