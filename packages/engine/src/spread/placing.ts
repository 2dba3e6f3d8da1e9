import { inputsOf, type Operator, type Plan } from '@millrace/plan'
import { hasState } from '../has-state.ts'
import { PlanColumns } from './plan-columns.ts'
import type { Spreading } from './spreading.ts'

/**
 * Says where the rows of a stream are told apart by part: as early as one set of columns serves all that follows, so
 * that the most is done once; but behind a filter that comes first, as it costs less than a hash and leaves fewer rows.
 */
export class Placing {
  readonly spreading: Spreading
  private readonly plan: Plan
  private readonly columns: PlanColumns

  constructor(plan: Plan, spreading: Spreading) {
    this.plan = plan
    this.spreading = spreading
    this.columns = new PlanColumns(plan)
  }

  /** The columns by which rows of an operator, of which every part has all, are to be told apart; null: not here. */
  at(id: string): readonly string[] | null {
    const wanted = this.wanted(id)
    if (wanted === undefined) return []
    return wanted === null || (wanted.length > 0 && this.onlyFiltered(id)) ? null : wanted
  }

  /** What all operators with state behind `id` want, as columns of its rows; null: they differ, or have it not yet; undefined: there are none. */
  private wanted(id: string): readonly string[] | null | undefined {
    const all = this.readers(id).map((reader) => (hasState(reader) ? this.spreading.columnsOf(reader.id) : this.wantedThrough(reader)))
    const [first, ...others] = all.filter((columns) => columns !== undefined)
    if (first === undefined || first === null) return first
    return others.every((columns) => columns !== null && columns.join('\n') === first.join('\n')) ? first : null
  }

  private wantedThrough(reader: Operator): readonly string[] | null | undefined {
    const wanted = this.wanted(reader.id)
    if (wanted === null || wanted === undefined) return wanted
    const before = wanted.map((name) => this.columns.before(reader, name))
    return before.every((name) => name !== null) ? before : null
  }

  private onlyFiltered(id: string): boolean {
    const [reader, ...others] = this.readers(id)
    return others.length === 0 && reader?.kind === 'filter' && !Object.values(this.plan.outputs).includes(id)
  }

  private readers(id: string): Operator[] {
    return this.plan.operators.filter((operator) => inputsOf(operator).includes(id))
  }
}
