/** Work on things that have names: that on the same one is done one after the other. */
export class InTurn {
  /** The last work on each. */
  readonly #last = new Map<string, Promise<unknown>>()

  run<T>(tenant: string, name: string, work: () => Promise<T>): Promise<T> {
    const key = `${tenant}\n${name}`
    const before = this.#last.get(key) ?? Promise.resolve()
    const done = before.catch(() => {}).then(work)
    this.#last.set(key, done)
    const forget = (): void => {
      if (this.#last.get(key) === done) this.#last.delete(key)
    }
    done.then(forget, forget)
    return done
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values())
  }
}
