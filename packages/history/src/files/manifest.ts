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
  /** In the order of their rows in the log. */
  readonly files: readonly KeptFile[]
}

/** Columns of a file with their DuckDB types. */
export type Shape = readonly { readonly name: string; readonly type: string }[]

export interface KeptFile {
  /** Below the stream's folder. */
  readonly path: string
  /** Days since 1970, UTC. */
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
