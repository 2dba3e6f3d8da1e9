/** Runs work one piece at a time, in the order in which it was asked for; what somebody waits for goes before what is done in the background. */
export class OneAtATime {
  private readonly waiting: (() => Promise<void>)[] = []
  private readonly urgent: (() => Promise<void>)[] = []
  private running: Promise<void> | null = null

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.add(this.urgent, work)
  }

  runInBackground<T>(work: () => Promise<T>): Promise<T> {
    return this.add(this.waiting, work)
  }

  /** Resolves when nothing is left to be done. */
  async idle(): Promise<void> {
    await this.running
  }

  private add<T>(queue: (() => Promise<void>)[], work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      queue.push(() => work().then(resolve, reject))
      this.running ??= this.runAll()
    })
  }

  private async runAll(): Promise<void> {
    for (let next = this.urgent.shift() ?? this.waiting.shift(); next !== undefined; next = this.urgent.shift() ?? this.waiting.shift()) await next()
    this.running = null
  }
}
