/**
 * Bytes of records and dead letters that are decoded and not durable yet, of each tenant and of all. They are known once they are decoded, so of
 * each body what a turn made may come on top.
 */
export class Room {
  readonly #totalBytes: number
  readonly #tenantBytes: number
  readonly #held = new Map<string, number>()
  readonly #waiting = new Set<{ readonly tenant: string; readonly wake: () => void }>()
  #total = 0

  constructor(totalBytes: number, tenantBytes: number) {
    this.#totalBytes = totalBytes
    this.#tenantBytes = tenantBytes
  }

  get heldBytes(): number {
    return this.#total
  }

  isFull(tenant: string): boolean {
    return this.#total >= this.#totalBytes || (this.#held.get(tenant) ?? 0) >= this.#tenantBytes
  }

  hold(tenant: string, bytes: number): void {
    this.#total += bytes
    this.#held.set(tenant, (this.#held.get(tenant) ?? 0) + bytes)
  }

  release(tenant: string, bytes: number): void {
    this.#total -= bytes
    const left = (this.#held.get(tenant) ?? 0) - bytes
    if (left > 0) this.#held.set(tenant, left)
    else this.#held.delete(tenant)
    for (const waiter of this.#waiting) if (!this.isFull(waiter.tenant)) this.#wake(waiter)
  }

  /** Resolves when the tenant may hold more. */
  async wait(tenant: string): Promise<void> {
    while (this.isFull(tenant)) await new Promise<void>((wake) => this.#waiting.add({ tenant, wake }))
  }

  #wake(waiter: { readonly tenant: string; readonly wake: () => void }): void {
    this.#waiting.delete(waiter)
    waiter.wake()
  }
}
