/** Appends that may wait for the disk. */
const most = 4

/** Appends on their way; what the first one failed with is thrown where somebody waits. */
export class Waiting {
  private appends: Promise<unknown>[] = []
  private failure: unknown = null

  add(append: Promise<unknown>): void {
    const settled = append.catch((error: unknown) => {
      this.failure ??= error
    })
    this.appends.push(settled)
  }

  /** Resolves when there is room for more. */
  room(): Promise<void> {
    return this.until(most)
  }

  /** Resolves when none is on its way. */
  none(): Promise<void> {
    return this.until(0)
  }

  private async until(waiting: number): Promise<void> {
    while (this.appends.length > waiting) await this.appends.shift()
    if (this.failure !== null) throw this.failure
  }
}
