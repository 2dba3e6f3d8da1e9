/** Connections that stay open, so that those of a key end with it, and a tenant has not too many. */
export class OpenConnections {
  readonly #mostOfTenant: number
  readonly #byKey = new Map<string, Set<() => void>>()
  readonly #ofTenant = new Map<string, number>()

  constructor(mostOfTenant: number) {
    this.#mostOfTenant = mostOfTenant
  }

  isFull(tenant: string): boolean {
    return (this.#ofTenant.get(tenant) ?? 0) >= this.#mostOfTenant
  }

  /** `end` is called when the key is refused from now on. Answers what is to be called once the connection is closed. */
  add(tenant: string, keyId: string, end: () => void): () => void {
    const ends = this.#byKey.get(keyId) ?? new Set()
    this.#byKey.set(keyId, ends.add(end))
    this.#count(tenant, 1)
    let open = true
    return () => {
      if (!open) return
      open = false
      ends.delete(end)
      if (ends.size === 0 && this.#byKey.get(keyId) === ends) this.#byKey.delete(keyId)
      this.#count(tenant, -1)
    }
  }

  endKey(keyId: string): void {
    for (const end of [...(this.#byKey.get(keyId) ?? [])]) end()
  }

  #count(tenant: string, more: number): void {
    const count = (this.#ofTenant.get(tenant) ?? 0) + more
    if (count > 0) this.#ofTenant.set(tenant, count)
    else this.#ofTenant.delete(tenant)
  }
}
