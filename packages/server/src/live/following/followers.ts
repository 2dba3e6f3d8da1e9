import { MillraceError } from '@millrace/plan'

/** One who follows an outlet, or waits for a page of it. */
export interface Follower {
  /** Aborted when it went away, or when the server ends. */
  readonly signal: AbortSignal
  close(): void
}

/** All who follow, so that a key has not too many of them open and none holds up the end of the server. */
export class Followers {
  private readonly maxPerKey: number
  private readonly byKey = new Map<string, Set<AbortController>>()

  constructor(maxPerKey: number) {
    this.maxPerKey = maxPerKey
  }

  /** FOLLOWERS_TOO_MANY where the key has as many as it may. */
  open(key: string): Follower {
    const own = this.byKey.get(key) ?? new Set()
    if (own.size >= this.maxPerKey) throw new MillraceError('FOLLOWERS_TOO_MANY', { limit: this.maxPerKey })
    const follower = new AbortController()
    this.byKey.set(key, own.add(follower))
    return { signal: follower.signal, close: () => this.close(key, follower) }
  }

  count(key: string): number {
    return this.byKey.get(key)?.size ?? 0
  }

  /** Ends all of a key, as when it was revoked. */
  closeKey(key: string): void {
    for (const follower of this.byKey.get(key) ?? []) this.close(key, follower)
  }

  closeAll(): void {
    for (const key of [...this.byKey.keys()]) this.closeKey(key)
  }

  private close(key: string, follower: AbortController): void {
    const own = this.byKey.get(key)
    own?.delete(follower)
    if (own?.size === 0) this.byKey.delete(key)
    follower.abort()
  }
}
