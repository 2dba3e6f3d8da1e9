import {
  type AggregateOperator,
  type AlertOperator,
  type Field,
  type Plan,
  type Relation,
  relations,
  type StreamNode,
  streamFields,
  type Window,
} from '@millrace/plan'
import { nameText } from '../aggregates/expression-text.ts'
import { AggregateLayout } from '../aggregates/layout.ts'
import { ColumnAccess, Scope } from '../code/scope.ts'

/**
 * What state means, by what it is called in words: state fits what is opened where all texts are equal, and of a list
 * where all that is needed is among what was kept.
 */
export type Fingerprint = Readonly<Record<string, string | readonly string[]>>

/** What the state of a plan means. */
export interface Fingerprints {
  readonly streams: ReadonlyMap<string, Fingerprint>
  readonly operators: ReadonlyMap<string, Fingerprint>
}

const known = new WeakMap<Plan, Fingerprints>()

export function fingerprintsOf(plan: Plan): Fingerprints {
  const made = known.get(plan) ?? makeFingerprints(plan)
  known.set(plan, made)
  return made
}

function makeFingerprints(plan: Plan): Fingerprints {
  const inputs = relations(plan)
  const operators = plan.operators.flatMap((operator) => {
    if (operator.kind !== 'aggregate' && operator.kind !== 'alert') return []
    const input = inputs.get(operator.input) as Relation
    const fingerprint = operator.kind === 'alert' ? ofAlert(operator, input) : ofAggregate(operator, input, inputs.get(operator.id) as Relation, plan)
    return [[operator.id, fingerprint] as const]
  })
  const streams = Object.entries(plan.streams).map(([name, node]) => [name, ofStream(node)] as const)
  return { streams: new Map(streams), operators: new Map(operators) }
}

/** A clock goes on while the stream's event time is the same; its bound and idle timeout may change. */
function ofStream(node: StreamNode): Fingerprint {
  const field = streamFields(node).find(({ name }) => name === node.time)
  return { 'event time': field === undefined ? 'ingestion time' : fieldText(field) }
}

function ofAggregate(operator: AggregateOperator, { fields }: Relation, output: Relation, plan: Plan): Fingerprint {
  const context = { scope: new Scope(), columns: new ColumnAccess(fields), fields, params: plan.params, row: 'i' }
  const aggregates = new AggregateLayout(operator.columns, context).names()
  const key = keyText(operator.key, fields)
  if (operator.window !== null) return { kind: 'aggregate over windows', key, window: windowText(operator.window), results: operator.results, aggregates }
  const told = operator.emit === 'change' ? output.fields.slice(operator.key.length).map(fieldText).join(', ') : 'every record'
  return { kind: 'running aggregate', key, tells: told, aggregates }
}

function ofAlert({ key }: AlertOperator, { fields, window }: Relation): Fingerprint {
  return { kind: 'alert', key: keyText(key, fields), window: window === null ? 'none' : windowText(window), columns: fields.map(fieldText).join(', ') }
}

function keyText(key: readonly string[], fields: readonly Field[]): string {
  if (key.length === 0) return 'none'
  return key.map((name) => fieldText(fields.find((field) => field.name === name) as Field)).join(', ')
}

function fieldText({ name, type, nullable }: Field): string {
  return `${nameText(name)} ${typeof type === 'string' ? type : 'list'}${nullable ? ' or missing' : ''}`
}

function windowText(window: Window): string {
  const offset = window.offsetMs === 0 ? '' : `, offset ${window.offsetMs} ms`
  if (window.kind === 'hopping') return `hopping ${window.sizeMs} ms every ${window.slideMs} ms${offset}`
  return `tumbling ${window.sizeMs} ms${offset}${window.zone === undefined ? '' : ` in ${window.zone}`}`
}
