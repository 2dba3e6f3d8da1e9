import type { Column } from './batch.ts'

/** What all builders do. Rows are set by number, below the rows that `reserve` made room for. */
export interface Growable {
  reserve(rows: number): void
  /** Only of nullable fields; others take the value 0. */
  setMissing(row: number): void
  /** Forgets all rows; arrays are kept and used again. */
  clear(): void
  /** The first `rows` rows, sharing the builder's arrays. */
  column(rows: number): Column
}
