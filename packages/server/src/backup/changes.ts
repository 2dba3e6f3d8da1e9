import { MillraceError } from '@millrace/plan'

/** A change waits so long for a backup to be done. */
const mostWaitMs = 20_000
const retryAfterSeconds = 5

/** Changes of what the server keeps (streams, apps, keys ...) on the one side, backups on the other: never both at once. */
export class Changes {
  private underWay = 0
  private frozen: Promise<void> | null = null
  private idle = (): void => {}

  /** A change begins; what is answered is called at its end. Errors: BACKUP_HOLDS where a backup takes too long. */
  async begin(): Promise<() => void> {
    const giveUpMs = performance.now() + mostWaitMs
    while (this.frozen !== null) await endedBefore(this.frozen, giveUpMs, () => new MillraceError('BACKUP_HOLDS', { retryAfterSeconds }))
    this.underWay++
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.underWay--
      if (this.underWay === 0) this.idle()
    }
  }

  /** Runs `work` while nothing is changed: changes under way end first, others wait. */
  async frozenWhile<T>(work: () => Promise<T>): Promise<T> {
    while (this.frozen !== null) await this.frozen
    const { promise, resolve } = Promise.withResolvers<void>()
    this.frozen = promise
    try {
      await this.changesEnded()
      return await work()
    } finally {
      this.frozen = null
      resolve()
    }
  }

  private async changesEnded(): Promise<void> {
    if (this.underWay === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.idle = resolve
    await endedBefore(promise, performance.now() + mostWaitMs, () => new MillraceError('BACKUP_HOLDS', { retryAfterSeconds }))
  }
}

/** Throws `late` where the work takes longer. */
async function endedBefore(work: Promise<void>, atMs: number, late: () => Error): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), atMs - performance.now())
  await Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
