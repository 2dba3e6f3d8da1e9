import type { Rows } from '@millrace/columns'
import { type Field, inputsOf, type Operator, type Plan, type Relation } from '@millrace/plan'
import type { FailureCount } from './code/runtime.ts'
import { explode } from './operators/explode.ts'
import { filter } from './operators/filter.ts'
import { map } from './operators/map.ts'
import type { Transform } from './operators/transform.ts'

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
}

interface Branch {
  readonly transform: Transform | null
  readonly targets: readonly Target[]
  readonly branches: readonly Branch[]
}

export function pipelineFrom(entry: string, context: PipelineContext): Pipeline {
  const root = branchAt(entry, null, context)
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

function branchAt(id: string, transform: Transform | null, context: PipelineContext): Branch {
  const { plan } = context
  const outputs = Object.entries(plan.outputs).filter(([, operator]) => operator === id)
  const readers = plan.operators.filter((operator) => inputsOf(operator).includes(id))
  const stateful = readers.filter(hasState)
  return {
    transform,
    targets: [...stateful.map(({ id: name }): Target => ({ kind: 'operator', name })), ...outputs.map(([name]): Target => ({ kind: 'output', name }))],
    branches: readers.filter((operator) => !hasState(operator)).map((operator) => branchAt(operator.id, transformOf(operator, id, context), context)),
  }
}

export function hasState(operator: Operator): boolean {
  return operator.kind === 'aggregate' || operator.kind === 'alert'
}

function transformOf(operator: Operator, input: string, context: PipelineContext): Transform | null {
  const fieldsOf = (id: string): readonly Field[] => (context.relations.get(id) as Relation).fields
  switch (operator.kind) {
    case 'filter':
      return filter(operator, fieldsOf(input), context.params, context.failures(operator.id))
    case 'map':
      return map(operator, fieldsOf(input), fieldsOf(operator.id), context.params, context.failures(operator.id))
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
