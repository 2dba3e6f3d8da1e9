/** Who follows which streams: a commit wakes only those whom it concerns. */
export class Waiters {
  readonly #byTenant = new Map<string, Map<string, Set<() => void>>>()
  #closed = false

  /** `wake` is called with each commit that has rows of one of the streams, and when nothing comes any more; until it is removed. */
  add(tenant: string, streams: readonly string[], wake: () => void): void {
    const byStream = this.#byTenant.get(tenant) ?? new Map<string, Set<() => void>>()
    this.#byTenant.set(tenant, byStream)
    for (const stream of streams) byStream.set(stream, (byStream.get(stream) ?? new Set()).add(wake))
  }

  remove(tenant: string, streams: readonly string[], wake: () => void): void {
    const byStream = this.#byTenant.get(tenant)
    if (byStream === undefined) return
    for (const stream of streams) {
      const following = byStream.get(stream)
      following?.delete(wake)
      if (following?.size === 0) byStream.delete(stream)
    }
    if (byStream.size === 0) this.#byTenant.delete(tenant)
  }

  notify(tenant: string, stream: string): void {
    const following = this.#byTenant.get(tenant)?.get(stream)
    if (following !== undefined) for (const wake of following) wake()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Nothing is waited for any more. */
  close(): void {
    this.#closed = true
    for (const byStream of this.#byTenant.values()) for (const following of byStream.values()) for (const wake of following) wake()
  }
}
