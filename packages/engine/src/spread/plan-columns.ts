import { inputsOf, type Operator, type Plan, type Relation, relations } from '@millrace/plan'
import { hasState } from '../has-state.ts'

/** A key column of an aggregate. */
export interface KeyColumn {
  readonly operator: string
  readonly column: string
}

/** Follows columns through a plan's operators without state. */
export class PlanColumns {
  readonly byId: ReadonlyMap<string, Operator>
  private readonly known: ReadonlyMap<string, Relation>

  constructor(plan: Plan) {
    this.byId = new Map(plan.operators.map((operator) => [operator.id, operator]))
    this.known = relations(plan)
  }

  /**
   * The key columns of aggregates that a column of an operator's rows repeats; none where the rows are records. null: rows
   * of one record or of one key may differ in it.
   */
  keysBehind(id: string, column: string): readonly KeyColumn[] | null {
    const operator = this.byId.get(id) as Operator
    if (operator.kind === 'aggregate') return operator.key.includes(column) ? [{ operator: id, column }] : null
    if (operator.kind === 'map' && this.before(operator, column) === null) return this.isOneOfRecord(operator.input) ? [] : null
    return this.allBehind(operator, column)
  }

  /** The column of an operator's input that its column `name` is; null: it has none. */
  before(operator: Operator, name: string): string | null {
    switch (operator.kind) {
      case 'map': {
        const value = operator.columns.find((column) => column.name === name)?.value
        return value?.kind === 'column' ? value.name : null
      }
      case 'explode': {
        // Fields of the list's elements have other names than those beside it, or that of the list.
        const isBeside = this.known.get(operator.input)?.fields.some((field) => field.name === name && name !== operator.column)
        return isBeside ? name : null
      }
      case 'filter':
      case 'union':
        return name
      default:
        return null
    }
  }

  private allBehind(operator: Operator, column: string): readonly KeyColumn[] | null {
    if (operator.kind === 'read') return []
    const before = this.before(operator, column)
    if (before === null) return null
    const behind = inputsOf(operator).map((id) => this.keysBehind(id, before))
    return behind.every((keys) => keys !== null) ? behind.flat() : null
  }

  /** Whether an operator's rows are records, not elements of their lists or results. */
  private isOneOfRecord(id: string): boolean {
    const operator = this.byId.get(id) as Operator
    return operator.kind !== 'explode' && !hasState(operator) && inputsOf(operator).every((input) => this.isOneOfRecord(input))
  }
}
