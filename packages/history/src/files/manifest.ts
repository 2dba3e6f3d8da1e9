/** What the history holds of one stream. It is replaced as a whole: a file counts exactly where it is named here. */
export interface Manifest {
  readonly format: 1
  readonly stream: string
  /** All rows of the stream below this sequence are in the files, or retention has dropped them. */
  readonly position: number
  /** Number of the next file; none is given twice. */
  readonly nextFile: number
  /** What the columns of files were, the newest last. */
  readonly shapes: readonly Shape[]
  /** About in the order of their rows in the log: those of one go by day, and rows of others may lie between those of joined files. */
  readonly files: readonly KeptFile[]
}

/** Columns of a file with their DuckDB types. */
export type Shape = readonly { readonly name: string; readonly type: string }[]

export interface KeptFile {
  /** Below the stream's folder. */
  readonly path: string
  /** Days since 1970, UTC: of its rows, or of the earliest where a go had rows of too many days. */
  readonly day: number
  readonly rows: number
  readonly bytes: number
  /** Index into `shapes`. */
  readonly shape: number
  /** Sequences of its first and last row in the log. */
  readonly first: number
  readonly last: number
  /** Log time of its newest row, ms. */
  readonly newestMs: number
  /** Time of its earliest and its latest row, ms: what the day is of. */
  readonly fromMs: number
  readonly toMs: number
}

/** What is known of the rows of a file. */
export type KeptRows = Omit<KeptFile, 'path' | 'day' | 'bytes' | 'shape'>

export function together(parts: readonly KeptRows[]): KeptRows {
  return parts.reduce((all, { rows, first, last, newestMs, fromMs, toMs }) => ({
    rows: all.rows + rows,
    first: Math.min(all.first, first),
    last: Math.max(all.last, last),
    newestMs: Math.max(all.newestMs, newestMs),
    fromMs: Math.min(all.fromMs, fromMs),
    toMs: Math.max(all.toMs, toMs),
  }))
}

export function emptyManifest(stream: string, position: number): Manifest {
  return { format: 1, stream, position, nextFile: 1, shapes: [], files: [] }
}

export function pathOf(day: number, file: number): string {
  return `day=${new Date(day * 86_400_000).toISOString().slice(0, -14)}/${String(file).padStart(8, '0')}.parquet`
}

/** The shape's index, and the shapes with it. */
export function withShape(shapes: readonly Shape[], shape: Shape): { readonly shapes: readonly Shape[]; readonly index: number } {
  const text = JSON.stringify(shape)
  const known = shapes.findIndex((other) => JSON.stringify(other) === text)
  return known >= 0 ? { shapes, index: known } : { shapes: [...shapes, shape], index: shapes.length }
}
