/** Event times that are remembered; the oldest are forgotten. */
const mostTimes = 100_000

/** When records were sent, by their event time: of those with the same one, the latest. */
export class SendTimes {
  private readonly sent = new Map<number, number>()

  add(eventMs: number, sentMs: number): void {
    this.sent.delete(eventMs)
    this.sent.set(eventMs, sentMs)
    if (this.sent.size > mostTimes) this.sent.delete(this.sent.keys().next().value as number)
  }

  /** Null: it was not sent from here, or is forgotten. */
  of(eventMs: number): number | null {
    return this.sent.get(eventMs) ?? null
  }
}
