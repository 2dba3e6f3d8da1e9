import { MillraceError } from '@millrace/plan'

interface Waiting {
  readonly tenant: string
  readonly go: () => void
}

/** How many queries run at once: so many in all, fewer of one tenant; the others wait, those of tenants that run fewer go first. */
export class QueryTurns {
  private readonly running = new Map<string, number>()
  private readonly waiting: Waiting[] = []
  private readonly most: number
  private readonly mostPerTenant: number
  private readonly mostWaiting: number
  private readonly mostWaitingPerTenant: number

  constructor(most: number, mostPerTenant: number, mostWaiting: number, mostWaitingPerTenant: number) {
    this.most = most
    this.mostPerTenant = mostPerTenant
    this.mostWaiting = mostWaiting
    this.mostWaitingPerTenant = mostWaitingPerTenant
  }

  /** Resolves when it is the query's turn; rejects with HISTORY_BUSY, or with the signal's reason. */
  async take(tenant: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (!this.mayRun(tenant)) this.checkMayWait(tenant)
    await new Promise<void>((resolve, reject) => {
      const entry: Waiting = { tenant, go: resolve }
      const leave = (): void => {
        const at = this.waiting.indexOf(entry)
        if (at >= 0) this.waiting.splice(at, 1)
        if (at >= 0) reject(signal?.reason)
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.waiting.push(entry)
      this.next()
    })
  }

  give(tenant: string): void {
    const left = this.of(tenant) - 1
    if (left > 0) this.running.set(tenant, left)
    else this.running.delete(tenant)
    this.next()
  }

  private next(): void {
    for (;;) {
      const fewest = this.waiting.filter(({ tenant }) => this.mayRun(tenant)).sort((a, b) => this.of(a.tenant) - this.of(b.tenant))[0]
      if (fewest === undefined) return
      this.waiting.splice(this.waiting.indexOf(fewest), 1)
      this.running.set(fewest.tenant, this.of(fewest.tenant) + 1)
      fewest.go()
    }
  }

  /** There is a place, in all and among those of the tenant. */
  private mayRun(tenant: string): boolean {
    return this.total() < this.most && this.of(tenant) < this.mostPerTenant
  }

  private checkMayWait(tenant: string): void {
    const own = this.waiting.filter((entry) => entry.tenant === tenant).length
    if (own >= this.mostWaitingPerTenant) throw new MillraceError('HISTORY_BUSY', { limit: this.mostWaitingPerTenant })
    if (this.waiting.length >= this.mostWaiting) throw new MillraceError('HISTORY_BUSY', { limit: this.mostWaiting })
  }

  private of(tenant: string): number {
    return this.running.get(tenant) ?? 0
  }

  private total(): number {
    return [...this.running.values()].reduce((sum, count) => sum + count, 0)
  }
}
