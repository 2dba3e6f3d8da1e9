import type { RunFigures } from '../messages.ts'
import type { Part } from './part.ts'
import { nothingSpent, type Spent, withSpent } from './spent.ts'

/** All parts of a job that run now: one, or as many as it is spread over. */
export class Parts {
  readonly all: readonly Part[]
  /** Of the first among the pool's threads. */
  readonly place: number
  /** By those whose place they took. */
  readonly spent: Spent

  constructor(all: readonly Part[], place: number, spent: Spent) {
    this.all = all
    this.place = place
    this.spent = spent
  }

  get count(): number {
    return this.all.length
  }

  get opened(): boolean {
    return this.count > 0 && this.all.every((part) => part.opened)
  }

  /** All that the log has was taken. */
  get settled(): boolean {
    return this.count > 0 && this.all.every((part) => part.settled)
  }

  /** When a tick would change something, once settled; null: none would. */
  get nextTickMs(): number | null {
    const due = this.all.flatMap((part) => part.nextTickMs ?? [])
    return due.length === 0 ? null : Math.min(...due)
  }

  /** Everything up to this sequence was handed to all. */
  get handedOver(): number {
    return Math.min(...this.all.map((part) => part.handedOver))
  }

  /** Sequence of the last entry that one was handed. */
  get lastEntry(): number {
    return Math.max(...this.all.map((part) => part.lastEntry))
  }

  /** Grows with all that they do. */
  get steps(): number {
    return this.all.reduce((sum, part) => sum + part.steps, 0)
  }

  /** How often one found nothing to take. */
  get waits(): number {
    return this.all.reduce((sum, part) => sum + part.waits, 0)
  }

  /** One found nothing to take when it last asked. */
  get waiting(): boolean {
    return this.all.some((part) => part.caughtUp)
  }

  async figures(): Promise<readonly RunFigures[]> {
    return withSpent(await Promise.all(this.all.map((part) => part.figures())), this.spent)
  }

  close(): void {
    for (const part of this.all) part.close()
  }
}

export const noParts = new Parts([], 0, nothingSpent)
