/** What an operator should hear of. */
export type LogEvent =
  /** Bytes behind the last whole commit, as a crash leaves them; kept aside in `keptAs`. None of them was acknowledged. */
  | { readonly kind: 'tail-cut'; readonly file: string; readonly offset: number; readonly bytes: number; readonly keptAs: string }
  /** Bytes that are not those that were written; kept where they are, never read as data. `rows`: null where nobody can tell. */
  | { readonly kind: 'damage'; readonly file: string; readonly offset: number; readonly bytes: number; readonly rows: number | null; readonly what: string }
  | { readonly kind: 'pin-expired'; readonly tenant: string; readonly name: string; readonly reason: 'age' | 'bytes' }
  | { readonly kind: 'clock-back'; readonly byMs: number }
  | { readonly kind: 'disk-full'; readonly file: string }
  /** Nothing is accepted until the log is opened anew. */
  | { readonly kind: 'failed'; readonly file: string; readonly cause: string }
  /** Work in the background that did not succeed and will be tried again. */
  | { readonly kind: 'background-failed'; readonly work: string; readonly cause: string }
