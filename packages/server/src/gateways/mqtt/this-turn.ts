/** What was found out stays known until the event loop goes on: messages that one read brings ask once. */
export class ThisTurn<T> {
  readonly #known = new Map<string, T>()

  get(key: string, find: () => T): T {
    if (this.#known.has(key)) return this.#known.get(key) as T
    if (this.#known.size === 0) setImmediate(() => this.#known.clear())
    const found = find()
    this.#known.set(key, found)
    return found
  }
}
