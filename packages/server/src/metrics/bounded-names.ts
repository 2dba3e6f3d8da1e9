/** Something with figures of its own: a stream or an app. */
export interface Named {
  readonly tenant: string
  readonly name: string
}

export interface Used extends Named {
  /** How much it is used; the most used are named. */
  readonly use: number
}

/** No tenant, stream or app can be called so. */
const other = '(other)'

/**
 * Keeps label sets bounded: places for names go to the most used, all others are `(other)` together. A name is kept as long as what bears
 * it is there, so that a counter never goes back.
 */
export class BoundedNames {
  private readonly limit: number
  private readonly named = new Set<string>()
  /** All there was at the last look. */
  private known: ReadonlyMap<string, Named> = new Map()

  constructor(limit: number) {
    this.limit = limit
  }

  /** All there is now; what is gone gives its place back and is returned, whether it had one or not. */
  admit(all: readonly Used[]): readonly Named[] {
    const alive = new Map(all.map((one) => [keyOf(one), { tenant: one.tenant, name: one.name }]))
    const gone = [...this.known].filter(([key]) => !alive.has(key))
    this.known = alive
    for (const [key] of gone) this.named.delete(key)
    if (this.named.size < this.limit) {
      const waiting = all.filter((one) => !this.named.has(keyOf(one))).sort((a, b) => b.use - a.use)
      for (const one of waiting.slice(0, this.limit - this.named.size)) this.named.add(keyOf(one))
    }
    return gone.map(([, one]) => one)
  }

  /** The name's own, or those of all without a place. */
  shown(one: Named): Named {
    return this.named.has(keyOf(one)) ? one : { tenant: other, name: other }
  }
}

export function keyOf({ tenant, name }: Named): string {
  return `${tenant}\n${name}`
}
