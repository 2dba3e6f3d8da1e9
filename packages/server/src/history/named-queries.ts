import { MillraceError } from '@millrace/plan'

/** Queries under way by the names that tenants gave them. */
export class NamedQueries {
  private readonly running = new Map<string, AbortController>()

  /** Runs work that ends when its signal is aborted: by name, or by `ended`. Errors: HISTORY_QUERY_NAME. */
  async run<T>(tenant: string, name: string | undefined, ended: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (name === undefined) return work(ended)
    const key = keyOf(tenant, name)
    if (this.running.has(key)) throw new MillraceError('HISTORY_QUERY_NAME', { query: name })
    const cancelled = new AbortController()
    this.running.set(key, cancelled)
    try {
      return await work(AbortSignal.any([ended, cancelled.signal]))
    } finally {
      this.running.delete(key)
    }
  }

  /** Errors: HISTORY_QUERY_UNKNOWN. */
  cancel(tenant: string, name: string): void {
    const found = this.running.get(keyOf(tenant, name))
    if (found === undefined) throw new MillraceError('HISTORY_QUERY_UNKNOWN', { query: name })
    found.abort()
  }
}

function keyOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`
}
