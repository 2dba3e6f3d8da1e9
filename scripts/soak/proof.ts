/** Lines of a proof's table, and the seeds that failed. */
export interface Proven {
  readonly lines: readonly (readonly [name: string, figure: string | number])[]
  /** What failed, each with all that finds it again; none: it holds. */
  readonly failures: readonly string[]
}

/** One of the long proofs: what `npm run soak` runs. */
export interface Proof {
  /** What it is called by on the command line. */
  readonly name: string
  /** Head of its table in docs/proof.md. */
  readonly title: string
  /** How many it runs where nobody says. */
  readonly count: number
  run(count: number, firstSeed: number): Promise<Proven>
}

/** As in docs/proof.md. */
export function tableOf(title: string, { lines }: Proven): string {
  return [`| ${title} | |`, '| --- | ---: |', ...lines.map(([name, figure]) => `| ${name} | ${figure.toLocaleString('en')} |`)].join('\n')
}

/** What failed, with its place. */
export function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
