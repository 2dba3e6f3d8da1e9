import type { Piece } from '@millrace/log'
import type { KeptFile, Shape } from '../files/manifest.ts'
import type { Followed } from '../followed.ts'

/** What the writing process is asked, one task after the other. */
export type WriterTask =
  /** Stages rows; answers whether they have the columns of those that are staged: if not, they are not staged. */
  | { readonly kind: 'load'; readonly piece: SentPiece }
  /** Writes what is staged into files and stages nothing any more; answers `Committed`. */
  | ({ readonly kind: 'commit' } & CommitTask)
  /** Writes the rows of files of one shape as one file; answers its bytes. */
  | { readonly kind: 'join'; readonly paths: readonly string[]; readonly path: string }

export type WriterReply = { readonly kind: 'done'; readonly answer: unknown } | { readonly kind: 'failed'; readonly reason: string }

/** Rows [from, to) of a chunk, and where they stand in the log. */
export interface SentPiece extends Pick<Piece, 'from' | 'to'> {
  readonly rows: number
  readonly runs: Piece['chunk']['runs']
  readonly payload: Uint8Array
}

export interface CommitTask {
  readonly followed: Followed
  /** The stream's folder. */
  readonly directory: string
  /** Number of the first file. */
  readonly nextFile: number
}

/** Files that were written, not yet durable. */
export interface Committed {
  readonly shape: Shape
  readonly files: readonly Omit<KeptFile, 'shape'>[]
}

export function sentPiece({ chunk: { rows, runs, payload }, from, to }: Piece): SentPiece {
  return { rows, runs, payload, from, to }
}
