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

  constructor(most: number, mostPerTenant: number, mostWaiting: number) {
    this.most = most
    this.mostPerTenant = mostPerTenant
    this.mostWaiting = mostWaiting
  }

  /** Resolves when it is the query's turn; rejects with HISTORY_BUSY, or with the signal's reason. */
  async take(tenant: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.waiting.length >= this.mostWaiting) throw new MillraceError('HISTORY_BUSY', { limit: this.mostWaiting })
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
    while (this.total() < this.most) {
      const fewest = this.waiting.filter(({ tenant }) => this.of(tenant) < this.mostPerTenant).sort((a, b) => this.of(a.tenant) - this.of(b.tenant))[0]
      if (fewest === undefined) return
      this.waiting.splice(this.waiting.indexOf(fewest), 1)
      this.running.set(fewest.tenant, this.of(fewest.tenant) + 1)
      fewest.go()
    }
  }

  private of(tenant: string): number {
    return this.running.get(tenant) ?? 0
  }

  private total(): number {
    return [...this.running.values()].reduce((sum, count) => sum + count, 0)
  }
}
