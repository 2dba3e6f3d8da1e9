/** Who waits for rows of which streams: a commit wakes only those whom it concerns. */
export class Waiters {
  readonly #byTenant = new Map<string, Map<string, Set<() => void>>>()
  #closed = false

  /** Resolves with the next rows of one of the streams; `wake` ends the wait. */
  wait(tenant: string, streams: readonly string[]): { readonly woken: Promise<void>; readonly wake: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => {
      for (const stream of streams) this.#remove(tenant, stream, wake)
      resolve()
    }
    for (const stream of streams) this.#add(tenant, stream, wake)
    return { woken: promise, wake }
  }

  notify(tenant: string, stream: string): void {
    const waiting = this.#byTenant.get(tenant)?.get(stream)
    if (waiting !== undefined) for (const wake of [...waiting]) wake()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Nothing is waited for any more. */
  close(): void {
    this.#closed = true
    for (const byStream of [...this.#byTenant.values()]) for (const waiting of [...byStream.values()]) for (const wake of [...waiting]) wake()
  }

  #add(tenant: string, stream: string, wake: () => void): void {
    const byStream = this.#byTenant.get(tenant) ?? new Map<string, Set<() => void>>()
    this.#byTenant.set(tenant, byStream)
    byStream.set(stream, (byStream.get(stream) ?? new Set()).add(wake))
  }

  #remove(tenant: string, stream: string, wake: () => void): void {
    const byStream = this.#byTenant.get(tenant)
    const waiting = byStream?.get(stream)
    if (byStream === undefined || waiting === undefined) return
    waiting.delete(wake)
    if (waiting.size === 0) byStream.delete(stream)
    if (byStream.size === 0) this.#byTenant.delete(tenant)
  }
}
