/** Measures the time in each operator, without that of what it hands its rows to. */
export class OperatorTimes {
  /** By operator. */
  readonly ms = new Map<string, number>()
  private readonly now: () => number
  private readonly inside: (string | null)[] = []
  private sinceMs = 0

  /** `now`: ms, rising. */
  constructor(now: () => number, operators: readonly string[]) {
    this.now = now
    for (const id of operators) this.ms.set(id, 0)
  }

  /** From now on time is that operator's (null: none's) until it is left. */
  enter(operator: string | null): void {
    this.charge()
    this.inside.push(operator)
  }

  leave(): void {
    this.charge()
    this.inside.pop()
  }

  private charge(): void {
    const nowMs = this.now()
    const operator = this.inside.at(-1)
    if (typeof operator === 'string') this.ms.set(operator, (this.ms.get(operator) ?? 0) + nowMs - this.sinceMs)
    this.sinceMs = nowMs
  }
}
