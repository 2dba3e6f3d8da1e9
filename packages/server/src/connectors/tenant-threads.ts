import { ConnectorThread } from '@millrace/connectors'
import type { FastifyBaseLogger } from 'fastify'

export interface TenantThreadsOptions {
  /** Addresses and ranges that may be connected to though they are not public. */
  readonly allow: readonly string[]
  readonly logger: Pick<FastifyBaseLogger, 'warn'>
}

interface Used {
  users: number
  thread: ConnectorThread | null
}

/** What libraries print at once, at most: they know no limits of their own. */
const mostPrinted = 1000

/** The thread of each tenant that has sources or sinks which run. */
export class TenantThreads {
  readonly #options: TenantThreadsOptions
  readonly #used = new Map<string, Used>()

  constructor(options: TenantThreadsOptions) {
    this.#options = options
  }

  /** Somebody will have a use for the tenant's thread, until `leave`. */
  enter(tenant: string): void {
    const used = this.#used.get(tenant) ?? { users: 0, thread: null }
    used.users++
    this.#used.set(tenant, used)
  }

  /** The last one who leaves ends the thread. */
  async leave(tenant: string): Promise<void> {
    const used = this.#used.get(tenant)
    if (used === undefined || --used.users > 0) return
    this.#used.delete(tenant)
    await used.thread?.close()
  }

  /** Begins one where there is none, or it broke. */
  of(tenant: string): ConnectorThread {
    const used = this.#used.get(tenant)
    if (used === undefined) throw new Error(`nobody has entered the thread of ${tenant}`)
    used.thread ??= this.#begin(tenant, used)
    return used.thread
  }

  #begin(tenant: string, used: Used): ConnectorThread {
    const { allow, logger } = this.#options
    return new ConnectorThread({
      allow,
      ended: (reason) => {
        used.thread = null
        logger.warn({ tenant, reason }, 'the thread of sources and sinks ended')
      },
      printed: (text) => logger.warn({ tenant, text: text.slice(0, mostPrinted) }, 'printed by a source or sink'),
    })
  }
}
