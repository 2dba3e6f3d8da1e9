/** A segment as the manifest names it: whole rows of one stream, all older than those of the next segment. */
export interface SegmentEntry {
  /** Its name in the folder `segments`. */
  readonly file: string
  readonly bytes: number
  readonly rows: number
  /** Rows that are records, where others are not; absent: all are. */
  readonly records?: number
  readonly firstSequence: number
  readonly lastSequence: number
  /** Ingestion times of the first and the last row. */
  readonly firstMs: number
  readonly lastMs: number
}
