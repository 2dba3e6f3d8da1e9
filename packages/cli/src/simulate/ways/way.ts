/** What became of records that were sent; null: the way does not tell. */
export interface Sent {
  readonly accepted: number | null
  readonly rejected: number | null
}

/** A way into a stream. */
export interface Way {
  /** One record a text, without line ends. Resolves once they are acknowledged; tries again what may pass. */
  send(records: readonly string[]): Promise<Sent>
  /** What is not acknowledged by now is given up. */
  close(): Promise<void>
}
