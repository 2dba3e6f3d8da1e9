import { type Relation, relationOf } from '../infer.ts'
import type { AggregateOperator, Operator } from '../operator.ts'
import type { Plan } from '../plan.ts'

/** What is known of an operator's rows while a plan is checked. */
export interface Known {
  readonly relation: Relation
  /** Columns that are left out of the relation because they were found wrong. */
  readonly loose: ReadonlySet<string>
  /** The aggregate that made the rows; null: they are records. */
  readonly grouped: AggregateOperator | null
  /** An alert made the rows. */
  readonly alert: boolean
  /** Columns of the results' key are gone. */
  readonly keyLost: boolean
  /** Results of several operators in one: their ids would mix. */
  readonly mixed: boolean
}

/** Operators whose rows are known; one with a fault that leaves its rows unclear is absent. */
export type KnownById = ReadonlyMap<string, Known>

/** What is known of an operator whose inputs are known. `bad`: columns of it that were found wrong. */
export function knownOf(operator: Operator, inputs: readonly Known[], bad: ReadonlySet<string>, known: KnownById, plan: Plan): Known {
  const relation = relationOf(without(operator, bad), new Map([...known].map(([id, { relation }]) => [id, relation])), plan)
  const first = inputs[0]
  const named = operator.kind === 'map' || operator.kind === 'aggregate'
  const loose = named ? bad : new Set(inputs.flatMap((input) => [...input.loose]))
  if (operator.kind === 'aggregate') return { relation, loose, grouped: operator, alert: false, keyLost: false, mixed: false }
  const dropsKey = first !== undefined && first.relation.key.length > 0 && relation.key.length === 0 && operator.kind !== 'union'
  return {
    relation,
    loose,
    grouped: first?.grouped ?? null,
    alert: operator.kind === 'alert' || inputs.some((input) => input.alert),
    keyLost: dropsKey || inputs.some((input) => input.keyLost),
    mixed: inputs.some((input) => input.mixed) || (operator.kind === 'union' && inputs.some((input) => input.grouped !== null || input.alert)),
  }
}

function without(operator: Operator, bad: ReadonlySet<string>): Operator {
  if (operator.kind !== 'map' && operator.kind !== 'aggregate') return operator
  return { ...operator, columns: operator.columns.filter(({ name }) => !bad.has(name)) }
}
