import type { Plan } from '@millrace/plan'
import type { Outlet } from '../../live/reading/outlet.ts'
import type { Outlets } from '../../live/reading/outlets.ts'

/** What can be subscribed to, by topic. */
export type Topics = ReadonlyMap<string, Outlet>

export interface TenantTopicsOptions {
  /** Another text whenever streams or apps are others; cheap to ask for. */
  state(tenant: string): string
  streams(tenant: string): readonly string[]
  apps(tenant: string): readonly { readonly name: string; readonly plan: Plan }[]
  readonly outlets: Outlets
}

/** So long a list is taken for granted. */
export const topicsKeptMs = 2000
/** Lists kept at most, each of a tenant. */
const mostKept = 1000

/**
 * The topics of each tenant: `streams/<stream>`, `streams/<stream>/dead-letters`, `apps/<app>/<output>`, `apps/<app>/late/<operator>`.
 * All who subscribe for a tenant share a list.
 */
export class TenantTopics {
  readonly #options: TenantTopicsOptions
  readonly #kept = new Map<string, { readonly topics: Topics; readonly state: string; readonly untilMs: number }>()

  constructor(options: TenantTopicsOptions) {
    this.#options = options
  }

  /** As they were a moment ago; the same object where nothing changed. */
  of(tenant: string): Topics {
    const kept = this.#kept.get(tenant)
    return kept !== undefined && performance.now() < kept.untilMs ? kept.topics : this.now(tenant)
  }

  now(tenant: string): Topics {
    const state = this.#options.state(tenant)
    const before = this.#kept.get(tenant)
    const topics = before?.state === state ? before.topics : new Map([...this.#ofStreams(tenant), ...this.#ofApps(tenant)])
    this.#kept.delete(tenant)
    this.#kept.set(tenant, { topics, state, untilMs: performance.now() + topicsKeptMs })
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value as string)
    return topics
  }

  *#ofStreams(tenant: string): Generator<readonly [string, Outlet]> {
    const { streams, outlets } = this.#options
    for (const stream of streams(tenant)) {
      yield [`streams/${stream}`, outlets.raw(tenant, stream)]
      yield [`streams/${stream}/dead-letters`, outlets.deadLetters(tenant, stream)]
    }
  }

  *#ofApps(tenant: string): Generator<readonly [string, Outlet]> {
    const { apps, outlets } = this.#options
    for (const { name, plan } of apps(tenant)) {
      for (const output of Object.keys(plan.outputs)) yield [`apps/${name}/${output}`, outlets.output(tenant, name, output)]
      for (const { kind, id } of plan.operators) if (kind === 'aggregate') yield [`apps/${name}/late/${id}`, outlets.late(tenant, name, id)]
    }
  }
}
