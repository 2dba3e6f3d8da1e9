import type { Rows } from '@millrace/columns'
import type { ResultSource } from '@millrace/formats'
import type { Piece } from '@millrace/log'

/** A stream of the log whose entries leave the platform as records. */
export interface Outlet {
  readonly tenant: string
  /** Its name in the log. */
  readonly stream: string
  /** What a piece of it holds; null: entries of the log's clock, which are no records. */
  read(piece: Piece): OutletRows | null
}

/** Records of an outlet: views of the log's bytes, valid as long as they are held. */
export interface OutletRows {
  readonly rows: Rows
  /** Sequence in the log, by row of the batch: the position that a reader goes on behind. */
  readonly positions: Float64Array
  /** Of results: what their ids are made with. */
  readonly result: ResultSource | null
}

/** The selected rows [from, to). */
export function someOf({ rows, ...more }: OutletRows, from: number, to: number): OutletRows {
  const selection = rows.selection.subarray(from, to)
  return { ...more, rows: { ...rows, selection, count: selection.length } }
}

export function positionAt({ rows, positions }: OutletRows, index: number): number {
  return positions[rows.selection[index] as number] as number
}
