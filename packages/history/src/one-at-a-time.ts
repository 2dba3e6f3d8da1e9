interface Task {
  readonly name: string
  readonly work: () => Promise<void>
}

/**
 * Work on named things. What is done in the background is done one piece at a time, in the order in which it was asked for. What somebody waits
 * for goes before it, one piece after the other, and beside the piece under way unless that concerns it.
 */
export class OneAtATime {
  private readonly waiting: Task[] = []
  private current: { readonly name: string; readonly done: Promise<void> } | null = null
  /** How many pieces somebody waits for, and the end of the last. */
  private asked = 0
  private last: Promise<void> = Promise.resolve()

  /** `concerns`: whether work on what has this name and this work must not be done at once. */
  run<T>(concerns: (name: string) => boolean, work: () => Promise<T>): Promise<T> {
    this.asked++
    const done = this.last.then(async () => {
      while (this.current !== null && concerns(this.current.name)) await this.current.done
      return work()
    })
    const ended = (): void => {
      this.asked--
      this.next()
    }
    this.last = done.then(ended, ended)
    return done
  }

  runInBackground<T>(name: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ name, work: () => work().then(resolve, reject) })
      this.next()
    })
  }

  /** Resolves when nothing is left to be done. */
  async idle(): Promise<void> {
    while (this.asked > 0 || this.current !== null) await (this.current?.done ?? this.last)
  }

  private next(): void {
    if (this.asked > 0 || this.current !== null) return
    const task = this.waiting.shift()
    if (task === undefined) return
    const done = task.work().then(() => {
      this.current = null
      this.next()
    })
    this.current = { name: task.name, done }
  }
}
