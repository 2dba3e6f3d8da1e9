import type { StreamFolder } from './stream-folder.ts'

/** A stream whose files are taken. */
export interface FoundFolder {
  readonly tenant: string
  readonly name: string
  readonly place: StreamFolder
  readonly entrance: string
}

/** Streams that have their turn at a time. */
const mostAtOnce = 4

/** Streams that wait for their next turn. */
export class WaitingFolders {
  /** By tenant, then by the folder where files are dropped; who had a turn comes last. */
  readonly #waiting = new Map<string, Map<string, FoundFolder>>()

  add(found: FoundFolder): void {
    const own = this.#waiting.get(found.tenant) ?? new Map<string, FoundFolder>()
    this.#waiting.set(found.tenant, own.set(found.entrance, found))
  }

  forget(tenant: string): void {
    this.#waiting.delete(tenant)
  }

  /** Takes the next one, of the tenant that has the fewest turns; `taking`: those that have one, by folder. Null: there is none, or no room. */
  take(taking: ReadonlyMap<string, { readonly tenant: string }>): FoundFolder | null {
    const turns = Map.groupBy(taking.values(), ({ tenant }) => tenant)
    let next: { readonly found: FoundFolder; readonly turns: number } | null = null
    for (const [tenant, own] of this.#waiting) {
      const found = firstOf(own, taking)
      const had = turns.get(tenant)?.length ?? 0
      if (found !== null && (next === null || had < next.turns)) next = { found, turns: had }
      if (next?.turns === 0) break
    }
    // The last place is for a tenant that has none: a file may take long.
    if (next === null || taking.size >= (next.turns === 0 ? mostAtOnce : mostAtOnce - 1)) return null
    this.#remove(next.found)
    return next.found
  }

  #remove({ tenant, entrance }: FoundFolder): void {
    const own = this.#waiting.get(tenant)
    own?.delete(entrance)
    this.#waiting.delete(tenant)
    if (own !== undefined && own.size > 0) this.#waiting.set(tenant, own)
  }
}

/** A stream that has its turn may wait for the next one already. */
function firstOf(own: ReadonlyMap<string, FoundFolder>, taking: ReadonlyMap<string, unknown>): FoundFolder | null {
  for (const [entrance, found] of own) if (!taking.has(entrance)) return found
  return null
}
