/** Message ids under way to a connection: each is free again once it was acknowledged. */
export class Unacknowledged {
  readonly #most: number
  readonly #ids = new Set<number>()
  #last = 0
  #wake: (() => void) | null = null

  constructor(most: number) {
    this.#most = most
  }

  get free(): number {
    return this.#most - this.#ids.size
  }

  /** The next free id; only where there is one. */
  take(): number {
    do this.#last = (this.#last % 65_535) + 1
    while (this.#ids.has(this.#last))
    this.#ids.add(this.#last)
    return this.#last
  }

  acknowledge(id: number): void {
    if (!this.#ids.delete(id)) return
    this.#wake?.()
    this.#wake = null
  }

  /** Resolves when an id is free; one may wait at a time. */
  async wait(): Promise<void> {
    while (this.free === 0) await new Promise<void>((wake) => (this.#wake = wake))
  }
}
