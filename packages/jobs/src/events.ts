/** What an operator should hear of jobs. */
export type JobEvent = { readonly tenant: string; readonly job: string } & (
  | { readonly kind: 'snapshot-unusable'; readonly file: string; readonly reason: string }
  /** The run ended and goes on from its last snapshot. */
  | { readonly kind: 'restarted'; readonly code: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string }
  /** Results wait for the log: the disk is full, or too much waits to be written. */
  | { readonly kind: 'results-wait'; readonly reason: string }
  | { readonly kind: 'snapshot-failed'; readonly reason: string }
  /** Records wait, and none was taken for a while; nor is any result in the log that was not there before. */
  | { readonly kind: 'stalled'; readonly reason: string }
  /** A stalled job goes on. */
  | { readonly kind: 'recovered'; readonly reason: string }
)
