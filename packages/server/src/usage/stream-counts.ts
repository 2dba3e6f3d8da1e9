/** What went to a stream of the log on a day. */
export interface StreamCount {
  readonly tenant: string
  readonly day: string
  /** As the log calls it: `alarms`, `alarms/dead`, `app/output`. */
  readonly stream: string
  rows: number
  /** As appended to the log. */
  bytes: number
  /** Of bodies and messages. */
  receivedBytes: number
}

/** What was counted and is not yet kept. */
export class StreamCounts {
  private readonly counts = new Map<string, StreamCount>()

  of(tenant: string, day: string, stream: string): StreamCount {
    const key = `${tenant}\n${day}\n${stream}`
    const known = this.counts.get(key)
    if (known !== undefined) return known
    const made = { tenant, day, stream, rows: 0, bytes: 0, receivedBytes: 0 }
    this.counts.set(key, made)
    return made
  }

  all(): readonly StreamCount[] {
    return [...this.counts.values()]
  }

  clear(): void {
    this.counts.clear()
  }

  forget(tenant: string): void {
    for (const [key, count] of this.counts) if (count.tenant === tenant) this.counts.delete(key)
  }
}
