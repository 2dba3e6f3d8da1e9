/** What is under way in a system: each call has its time, and all of them fail once the system is given up. */
export class Calls {
  private readonly waiting = new Set<(error: Error) => void>()
  private ended: Error | null = null

  /** What the work gives. Errors: that of `late` after `limitMs`; that of `end`; those of the work. */
  run<T>(limitMs: number, late: () => Error, work: () => Promise<T>): Promise<T> {
    if (this.ended !== null) return Promise.reject(this.ended)
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const timer = setTimeout(() => reject(late()), limitMs)
    this.waiting.add(reject)
    work().then(resolve, reject)
    return promise.finally(() => {
      clearTimeout(timer)
      this.waiting.delete(reject)
    })
  }

  /** Calls that wait fail, and so does every later one. The first error stays. */
  end(error: Error): void {
    this.ended ??= error
    for (const reject of this.waiting) reject(this.ended)
  }
}
