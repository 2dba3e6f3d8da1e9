/** What the command's exit code tells (docs/cli.md). */
export const exitCodes = {
  ok: 0,
  /** The app, the plan or the data was refused. */
  refused: 1,
  /** The command line was wrong. */
  usage: 2,
  /** A file, the disk or the network failed. */
  environment: 3,
  /** A fault of Millrace itself. */
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Of the records that were sent. Some that are known already fit, too; null: nobody tells. */
export function noneFits({
  accepted,
  rejected,
  repeated = 0,
}: {
  readonly accepted: number | null
  readonly rejected: number | null
  readonly repeated?: number
}): boolean {
  return accepted === 0 && repeated === 0 && rejected !== null && rejected > 0
}
