/** One entry of the catalogue: `{name}` in the texts is filled in from the error's context. */
export interface ErrorEntry {
  readonly message: string
  /** What the reader can do about it. */
  readonly action: string
}
