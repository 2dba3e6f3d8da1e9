import type { Rows } from '@millrace/columns'
import { type Field, inputsOf, type Operator, type Plan, type Relation } from '@millrace/plan'
import type { FailureCount } from './code/runtime.ts'
import { hasState } from './has-state.ts'
import type { OperatorTimes } from './operator-times.ts'
import { explode } from './operators/explode.ts'
import { filter } from './operators/filter.ts'
import { map } from './operators/map.ts'
import type { Transform } from './operators/transform.ts'
import { partition } from './spread/partition.ts'
import type { Placing } from './spread/placing.ts'

/** Where rows end up: an operator with state, or an output. */
export interface Target {
  readonly kind: 'operator' | 'output'
  /** Id of the operator, name of the output. */
  readonly name: string
}

/** Rows on their way to a target. */
export interface Arrival {
  readonly target: Target
  readonly rows: Rows
}

/**
 * The operators without state between an entry (a stream, or an operator with state) and the next
 * targets: a tree, run once a batch. Every entry has transforms of its own, so their buffers never meet.
 */
export interface Pipeline {
  readonly targets: readonly Target[]
  run(rows: Rows): readonly Arrival[]
}

export interface PipelineContext {
  readonly plan: Plan
  readonly relations: ReadonlyMap<string, Relation>
  readonly params: Plan['params']
  /** Counts failures by operator. */
  failures(operator: string): FailureCount
  /** In a job that is one part of several: where rows are told apart. */
  readonly placing: Placing | null
  /** Null: time is not measured. */
  readonly times: OperatorTimes | null
}

interface Branch {
  readonly transform: Transform | null
  readonly targets: readonly Target[]
  readonly branches: readonly Branch[]
}

/** `own`: the rows that come are this part's already; the results of an operator with state are. */
export function pipelineFrom(entry: string, own: boolean, context: PipelineContext): Pipeline {
  const root = branchAt(entry, null, own, context)
  return {
    targets: targetsOf(root),
    run: (rows) => {
      const arrivals: Arrival[] = []
      walk(root, rows, arrivals)
      return arrivals
    },
  }
}

function walk(branch: Branch, rows: Rows, arrivals: Arrival[]): void {
  const own = branch.transform === null ? rows : branch.transform(rows)
  if (own.count === 0) return
  for (const target of branch.targets) arrivals.push({ target, rows: own })
  for (const next of branch.branches) walk(next, own, arrivals)
}

function targetsOf(branch: Branch): Target[] {
  return [...branch.targets, ...branch.branches.flatMap(targetsOf)]
}

/** `own`: rows of other parts were left out before. */
function branchAt(id: string, transform: Transform | null, own: boolean, context: PipelineContext): Branch {
  const { plan, placing } = context
  const outputs = Object.entries(plan.outputs).flatMap(([name, operator]): Target[] => (operator === id ? [{ kind: 'output', name }] : []))
  const readers = plan.operators.filter((operator) => inputsOf(operator).includes(id))
  const stateful = readers.filter(hasState).map(({ id: name }): Target => ({ kind: 'operator', name }))
  const others = readers.filter((operator) => !hasState(operator))
  const next = (operator: Operator, owned: boolean): Branch =>
    branchAt(operator.id, timed(transformOf(operator, id, owned, context), operator.id, context), owned, context)
  if (own || placing === null) return { transform, targets: [...stateful, ...outputs], branches: others.map((operator) => next(operator, own)) }
  const by = placing.at(id)
  if (by !== null) return branchAt(id, inTurn(transform, ownRows(id, by, context, placing)), true, context)
  // Rows differ in where they belong: each operator with state takes its own, outputs are part 0's.
  const apart = stateful.map((target): Branch => {
    return { transform: ownRows(id, placing.spreading.columnsOf(target.name), context, placing), targets: [target], branches: [] }
  })
  const targets = placing.spreading.part.index === 0 ? outputs : []
  return { transform, targets, branches: [...apart, ...others.map((operator) => next(operator, false))] }
}

function ownRows(id: string, by: readonly string[], context: PipelineContext, { spreading }: Placing): Transform {
  return timed(partition((context.relations.get(id) as Relation).fields, by, spreading.part), id, context)
}

function timed<T extends Transform | null>(transform: T, operator: string, { times }: PipelineContext): T | Transform {
  if (times === null || transform === null) return transform
  return (rows) => {
    times.enter(operator)
    const out = transform(rows)
    times.leave()
    return out
  }
}

function inTurn(first: Transform | null, second: Transform): Transform {
  return first === null ? second : (rows) => second(first(rows))
}

function transformOf(operator: Operator, input: string, own: boolean, context: PipelineContext): Transform | null {
  const fieldsOf = (id: string): readonly Field[] => (context.relations.get(id) as Relation).fields
  // What every part does counts once.
  const counted = own || context.placing === null || context.placing.spreading.part.index === 0
  const failures = counted ? context.failures(operator.id) : { failures: 0 }
  switch (operator.kind) {
    case 'filter':
      return filter(operator, fieldsOf(input), context.params, failures)
    case 'map':
      return map(operator, fieldsOf(input), fieldsOf(operator.id), context.params, failures)
    case 'explode':
      return explode(operator, fieldsOf(input), fieldsOf(operator.id))
    case 'union':
      return widened(fieldsOf(input), fieldsOf(operator.id))
    case 'read':
    case 'aggregate':
    case 'alert':
      return null
    default:
      return operator satisfies never
  }
}

/** A union's column is nullable where one input's is: the other's rows then need a validity of their own. */
function widened(input: readonly Field[], output: readonly Field[]): Transform | null {
  if (output.every((field, at) => field.nullable === input[at]?.nullable)) return null
  return (rows) => {
    const present = new Uint8Array((rows.batch.rows + 7) >> 3).fill(255)
    const columns = rows.batch.columns.map((column, at) =>
      output[at]?.nullable === true && column.validity === null ? { ...column, validity: present } : column,
    )
    return { ...rows, batch: { rows: rows.batch.rows, fields: output, columns } }
  }
}
