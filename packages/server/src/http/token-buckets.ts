/** A bucket of tokens for each name: `perSecond` flow in, up to `burst`; a request takes one. */
export class TokenBuckets {
  private readonly perSecond: number
  private readonly burst: number
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>()

  constructor(perSecond: number, burst: number) {
    this.perSecond = perSecond
    this.burst = burst
  }

  /** Takes a token; answers 0, or ms until there is one. */
  take(name: string, nowMs: number): number {
    const bucket = this.buckets.get(name) ?? this.fresh(nowMs)
    // The one heard of last is the last.
    this.buckets.delete(name)
    this.buckets.set(name, bucket)
    bucket.tokens = Math.min(this.burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / 1000) * this.perSecond)
    bucket.atMs = nowMs
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / this.perSecond) * 1000
    bucket.tokens--
    return 0
  }

  private fresh(nowMs: number): { tokens: number; atMs: number } {
    // Names may be made up by strangers: those not heard of longest are forgotten.
    if (this.buckets.size >= mostNames) for (const old of [...this.buckets.keys()].slice(0, mostNames / 2)) this.buckets.delete(old)
    return { tokens: this.burst, atMs: nowMs }
  }
}

const mostNames = 10_000
