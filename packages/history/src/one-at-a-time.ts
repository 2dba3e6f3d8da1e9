/** Runs work in the order in which it was asked for, one piece at a time. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work, work)
    this.last = next.catch(() => {})
    return next
  }

  /** Resolves when all that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.last
  }
}
