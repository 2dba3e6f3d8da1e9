import type { Plan } from '@millrace/plan'
import { orderWidths } from './order-width.ts'
import type { Part } from './part.ts'
import { spreadOf } from './spread-of.ts'
import type { Ordering, Step } from './step.ts'

/** How a job that is one part of several runs its plan. */
export class Spreading {
  readonly part: Part
  readonly step: Step = { phase: 1, instant: 0, operator: 0 }
  /** By operator with state: the columns of its key that say where a key belongs; none where all belong to part 0. */
  private readonly by: Readonly<Record<string, readonly string[]>>
  private readonly widths: ReadonlyMap<string, number>

  constructor(plan: Plan, part: Part) {
    const spread = spreadOf(plan)
    this.part = part
    this.by = spread.spread ? spread.by : {}
    this.widths = orderWidths(plan)
  }

  goTo(phase: number, instant: number, operator: number): void {
    const { step } = this
    step.phase = phase
    step.instant = instant
    step.operator = operator
  }

  /** Columns that say where a key of an operator belongs; none: to part 0. */
  columnsOf(operator: string): readonly string[] {
    return this.by[operator] ?? []
  }

  /** Of an operator with state; null where all of its rows come from one part. */
  ordering(operator: string, input: string): Ordering | null {
    const columns = this.widths.get(operator) ?? 0
    if (this.columnsOf(operator).length === 0 || columns === 0) return null
    return { step: this.step, columns, inputColumns: this.widths.get(input) ?? 0 }
  }
}
