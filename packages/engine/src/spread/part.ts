/** One of several jobs that run one plan together, each for the keys that belong to it: number `index` of `of`. */
export interface Part {
  readonly index: number
  /** At most 255. */
  readonly of: number
}
