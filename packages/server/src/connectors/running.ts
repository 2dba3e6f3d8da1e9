import type { Named } from '../live/kept-ways.ts'

/** What runs of the tenants' sources, or sinks. */
export class Running<R extends { stop(): Promise<void> }> {
  readonly #runs = new Map<string, R>()

  add(named: Named, run: R): void {
    this.#runs.set(keyOf(named), run)
  }

  find(named: Named): R | null {
    return this.#runs.get(keyOf(named)) ?? null
  }

  all(): readonly R[] {
    return [...this.#runs.values()]
  }

  async stop(named: Named): Promise<void> {
    await this.find(named)?.stop()
    this.#runs.delete(keyOf(named))
  }

  /** Of one tenant, or all: they go on at the next start. */
  async stopAll(tenant: string | null = null): Promise<void> {
    const stopped = [...this.#runs].filter(([key]) => tenant === null || key.startsWith(`${tenant}\n`))
    await Promise.all(stopped.map(([, run]) => run.stop()))
    for (const [key] of stopped) this.#runs.delete(key)
  }
}

function keyOf({ tenant, name }: Named): string {
  return `${tenant}\n${name}`
}
