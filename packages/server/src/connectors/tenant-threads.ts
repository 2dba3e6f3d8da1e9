import { ConnectorThread } from '@millrace/connectors'
import type { FastifyBaseLogger } from 'fastify'

export interface TenantThreadsOptions {
  /** Addresses and ranges that may be connected to though they are not public. */
  readonly allow: readonly string[]
  readonly logger: Pick<FastifyBaseLogger, 'warn'>
  /** Each takes some 25 to 50 MB: tenants beyond share them. Default 32. */
  readonly most?: number
}

/** A thread, or the place for one. */
interface Place {
  /** Sources and sinks that run, by tenant. */
  readonly users: Map<string, number>
  thread: ConnectorThread | null
}

/** What libraries print at once, at most: they know no limits of their own. */
const mostPrinted = 1000

/** The threads of the tenants that have sources or sinks which run: one each, as long as there are not too many. */
export class TenantThreads {
  readonly #options: TenantThreadsOptions
  readonly #most: number
  readonly #places = new Set<Place>()

  constructor(options: TenantThreadsOptions) {
    this.#options = options
    this.#most = options.most ?? 32
  }

  /** Somebody will have a use for the tenant's thread, until `leave`. */
  enter(tenant: string): void {
    const place = this.#placeOf(tenant) ?? this.#newPlace()
    place.users.set(tenant, (place.users.get(tenant) ?? 0) + 1)
  }

  /** The last one who leaves ends the thread. */
  async leave(tenant: string): Promise<void> {
    const place = this.#placeOf(tenant)
    if (place === null) return
    const left = (place.users.get(tenant) ?? 0) - 1
    if (left > 0) place.users.set(tenant, left)
    else place.users.delete(tenant)
    if (place.users.size > 0) return
    this.#places.delete(place)
    await place.thread?.close()
  }

  /** Begins one where there is none, or it broke. */
  of(tenant: string): ConnectorThread {
    const place = this.#placeOf(tenant)
    if (place === null) throw new Error(`nobody has entered the thread of ${tenant}`)
    place.thread ??= this.#begin(place)
    return place.thread
  }

  #placeOf(tenant: string): Place | null {
    for (const place of this.#places) if (place.users.has(tenant)) return place
    return null
  }

  /** One of its own, or that which the fewest tenants share. */
  #newPlace(): Place {
    if (this.#places.size < this.#most) {
      const place: Place = { users: new Map(), thread: null }
      this.#places.add(place)
      return place
    }
    return [...this.#places].reduce((least, place) => (place.users.size < least.users.size ? place : least))
  }

  #begin(place: Place): ConnectorThread {
    const { allow, logger } = this.#options
    return new ConnectorThread({
      allow,
      ended: (reason) => {
        place.thread = null
        logger.warn({ tenants: [...place.users.keys()], reason }, 'a thread of sources and sinks ended')
      },
      printed: (text) => logger.warn({ tenants: [...place.users.keys()], text: text.slice(0, mostPrinted) }, 'printed by a source or sink'),
    })
  }
}
