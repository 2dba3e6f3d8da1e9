import { streamFields } from './fields.ts'
import type {
  AggregateOperator,
  AlertOperator,
  ExplodeOperator,
  MapOperator,
  NamedExpression,
  Operator,
  ReadOperator,
  UnionOperator,
  Window,
} from './operator.ts'
import type { Plan, StreamNode } from './plan.ts'
import type { Field, FieldType } from './schema.ts'
import { typeOf } from './type-of.ts'

/** What the rows of an operator are. */
export interface Relation {
  readonly fields: readonly Field[]
  /** The key columns of the aggregate that made the rows, while they are still among the fields; else empty. */
  readonly key: readonly string[]
  /** The window of the aggregate that made the rows; null: records or running totals. */
  readonly window: Window | null
  /** A row may be revised later: an aggregate with allowed lateness made it, or an alert. */
  readonly revised: boolean
  readonly allowedLatenessMs: number
  /** The streams that the rows come from. */
  readonly streams: readonly string[]
}

/** The relation of every operator of a valid plan, by operator id. */
export function relations(plan: Plan): ReadonlyMap<string, Relation> {
  const known = new Map<string, Relation>()
  for (const operator of plan.operators) known.set(operator.id, relationOf(operator, known, plan))
  return known
}

/** The relation of one operator; `known` holds those of its inputs. */
export function relationOf(operator: Operator, known: ReadonlyMap<string, Relation>, plan: Pick<Plan, 'streams' | 'params'>): Relation {
  switch (operator.kind) {
    case 'read':
      return readRelation(operator, plan.streams[operator.stream])
    case 'filter':
      return relationNamed(known, operator.input)
    case 'map':
      return mapRelation(operator, relationNamed(known, operator.input), plan.params)
    case 'explode':
      return explodeRelation(operator, relationNamed(known, operator.input))
    case 'union':
      return unionRelation(operator, known)
    case 'aggregate':
      return aggregateRelation(operator, relationNamed(known, operator.input), plan.params)
    case 'alert':
      return alertRelation(operator, relationNamed(known, operator.input))
    default:
      return operator satisfies never
  }
}

/** The columns that an alert puts before those of its input. */
export const alertFields: readonly Field[] = [
  { name: 'alert', type: 'string', nullable: false },
  { name: 'severity', type: 'string', nullable: false },
  { name: 'message', type: 'string', nullable: false },
  { name: 'openedAt', type: 'timestamp', nullable: false },
]

/** The columns that a windowed aggregate puts between its key and its values. */
export const windowFields: readonly Field[] = [
  { name: 'windowStart', type: 'timestamp', nullable: false },
  { name: 'windowEnd', type: 'timestamp', nullable: false },
]

function relationNamed(known: ReadonlyMap<string, Relation>, id: string): Relation {
  const relation = known.get(id)
  if (relation === undefined) throw new TypeError(`no operator ${JSON.stringify(id)} before its reader`)
  return relation
}

function readRelation({ stream }: ReadOperator, node: StreamNode | undefined): Relation {
  if (node === undefined) throw new TypeError(`no stream ${JSON.stringify(stream)}`)
  return { fields: streamFields(node), key: [], window: null, revised: false, allowedLatenessMs: 0, streams: [stream] }
}

function mapRelation({ columns }: MapOperator, input: Relation, params: Plan['params']): Relation {
  const kept = new Set(columns.filter(passesThrough).map(({ name }) => name))
  const key = input.key.every((name) => kept.has(name)) ? input.key : []
  return { ...input, fields: namedFields(columns, input, params), key }
}

/** Whether a column of a map is the input's column of the same name, unchanged. */
function passesThrough({ name, value }: NamedExpression): boolean {
  return value.kind === 'column' && value.name === name
}

function namedFields(columns: readonly NamedExpression[], { fields }: Relation, params: Plan['params']): Field[] {
  return columns.map(({ name, value }) => {
    const { type, nullable } = typeOf(value, { fields, params })
    return { name, type: type as FieldType, nullable }
  })
}

function explodeRelation({ column }: ExplodeOperator, input: Relation): Relation {
  return { ...input, fields: input.fields.flatMap((field) => (field.name === column ? explodedFields(field) : [field])) }
}

/** A list's elements as fields of the row: `xs.a` for records, `xs` for plain values. */
export function explodedFields({ name, type }: Field): readonly Field[] {
  if (typeof type !== 'object') return []
  return type.list.map((element) => ({ ...element, name: element.name === '' ? name : `${name}.${element.name}` }))
}

function unionRelation({ inputs }: UnionOperator, known: ReadonlyMap<string, Relation>): Relation {
  const all = inputs.map((id) => relationNamed(known, id))
  const first = all[0]
  if (first === undefined) throw new TypeError('a union without inputs')
  const same = all.every((other) => sameGroups(first, other))
  return {
    fields: first.fields.map((field, at) => ({ ...field, nullable: all.some((other) => other.fields[at]?.nullable) })),
    key: same ? first.key : [],
    window: same ? first.window : null,
    revised: all.some((other) => other.revised),
    allowedLatenessMs: Math.max(...all.map((other) => other.allowedLatenessMs)),
    streams: [...new Set(all.flatMap((other) => other.streams))],
  }
}

function sameGroups(a: Relation, b: Relation): boolean {
  return sameNames(a.key, b.key) && sameWindow(a.window, b.window)
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at])
}

function sameWindow(a: Window | null, b: Window | null): boolean {
  if (a === null || b === null) return a === b
  if (a.kind === 'tumbling') return b.kind === 'tumbling' && a.sizeMs === b.sizeMs && a.offsetMs === b.offsetMs && a.zone === b.zone
  return b.kind === 'hopping' && a.sizeMs === b.sizeMs && a.slideMs === b.slideMs && a.offsetMs === b.offsetMs
}

function aggregateRelation(operator: AggregateOperator, input: Relation, params: Plan['params']): Relation {
  const { key, window, columns, results } = operator
  const keyFields = key.flatMap((name) => input.fields.filter((field) => field.name === name))
  const allowedLatenessMs = window === null ? 0 : operator.allowedLatenessMs
  return {
    fields: [...keyFields, ...(window === null ? [] : windowFields), ...namedFields(columns, input, params)],
    key,
    window,
    revised: allowedLatenessMs > 0 && results === 'revised',
    allowedLatenessMs,
    streams: input.streams,
  }
}

function alertRelation({ key }: AlertOperator, input: Relation): Relation {
  return { ...input, fields: [...alertFields, ...input.fields], key, revised: true }
}
