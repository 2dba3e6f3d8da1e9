import {
  type AggregateName,
  type AggregateOperator,
  type AlertOperator,
  type ColumnNode,
  type Expression,
  type Field,
  inputsOf,
  type NamedExpression,
  type Operator,
  type Plan,
  type Relation,
  relations,
  type ScalarType,
  type StreamNode,
  type Watermark,
  type Window,
} from '@millrace/plan'
import type { Draw } from './draw.ts'
import { call, column, literal, type Readable, randomExpression } from './expressions.ts'
import { randomWorld, type World } from './world.ts'

export interface RandomPlan {
  readonly plan: Plan
  readonly world: World
}

/** Columns whose floats another engine may have a little different: nothing is decided by them. */
type Rough = ReadonlySet<string>

class PlanDraft {
  readonly draw: Draw
  readonly world: World
  readonly params: Plan['params']
  readonly streams: Record<string, StreamNode> = {}
  readonly operators: Operator[] = []
  readonly rough = new Map<string, Rough>()
  /** Operators whose rows come from an aggregate, and from an alert. */
  readonly grouped = new Set<string>()
  readonly alerted = new Set<string>()

  constructor(draw: Draw) {
    this.draw = draw
    this.world = randomWorld(draw)
    this.params = { limit: draw.whole(0, 4), half: 0.5, word: 'a', on: true, pause: { durationMs: 3 * this.world.stepMs } }
  }

  plan(outputs: Plan['outputs'] = {}): Plan {
    return { version: 1, name: 'random', params: this.params, streams: this.streams, operators: this.operators, outputs }
  }

  relation(id: string): Relation {
    return relations(this.plan()).get(id) as Relation
  }

  add(operator: Operator, rough: Rough): string {
    this.operators.push(operator)
    this.rough.set(operator.id, rough)
    const input = 'input' in operator ? operator.input : ''
    if (operator.kind === 'aggregate' || this.grouped.has(input)) this.grouped.add(operator.id)
    if (operator.kind === 'alert' || this.alerted.has(input)) this.alerted.add(operator.id)
    return operator.id
  }

  nextId(kind: Operator['kind']): string {
    return `${kind}-${this.operators.length}`
  }

  /** The columns of an operator's rows that an expression may depend on. */
  readable(id: string): Readable {
    const rough = this.rough.get(id) as Rough
    return { fields: this.relation(id).fields.filter(({ name }) => !rough.has(name)), params: this.params, world: this.world }
  }

  expression(type: ScalarType, id: string, depth = 2): Expression {
    return randomExpression(this.draw, type, this.readable(id), depth)
  }
}

/** A plan of one or two streams and a few operators; it is valid. */
export function randomPlan(draw: Draw): RandomPlan {
  const draft = new PlanDraft(draw)
  const reads = ['left', 'right'].slice(0, draw.chance(0.45) ? 2 : 1).map((name) => addStream(draft, name))
  if (reads.length === 2) addUnion(draft, reads[0] as string, reads.at(-1) as string)
  for (let more = draw.whole(2, 6); more > 0; more--) addOperator(draft)
  if (!draft.operators.some(({ kind }) => kind === 'aggregate'))
    addAggregate(draft, (draft.operators.findLast(({ id }) => !draft.alerted.has(id)) as Operator).id)
  if (!draft.operators.some(({ kind }) => kind === 'alert')) addAlert(draft, draft.draw.pick(draft.operators.filter(({ id }) => !draft.alerted.has(id))).id)
  for (const { id } of [...draft.operators]) if (isLeaf(draft, id) && hasList(draft, id) && draw.chance(0.5)) addMap(draft, id)
  return { plan: draft.plan(outputsOf(draft)), world: draft.world }
}

const hasList = (draft: PlanDraft, id: string): boolean => draft.relation(id).fields.some(({ type }) => typeof type === 'object')
const isLeaf = ({ operators }: PlanDraft, id: string): boolean => !operators.some((operator) => inputsOf(operator).includes(id))

function outputsOf(draft: PlanDraft): Record<string, string> {
  const { operators, draw } = draft
  const read = new Set(operators.flatMap(inputsOf))
  const shown = operators.filter(({ id }) => !read.has(id) || draw.chance(0.3))
  return Object.fromEntries(draw.shuffled(shown).map(({ id }, at) => [`out-${at}`, id]))
}

function addStream(draft: PlanDraft, name: string): string {
  const { draw, world } = draft
  draft.streams[name] = {
    schema: { columns: streamColumns(draw) },
    format: { kind: 'ndjson' },
    time: draw.chance(0.9) ? 'at' : null,
    withoutTime: 'reject',
    watermark: randomWatermark(draw, world),
    idleTimeoutMs: draw.chance(0.75) ? draw.whole(2, 12) * world.stepMs : null,
    maxAheadMs: 3_600_000,
    unknownFields: 'lenient',
    key: [],
  }
  return draft.add({ kind: 'read', id: draft.nextId('read'), stream: name }, new Set(['rough', 'huge']))
}

function randomWatermark(draw: Draw, { stepMs }: World): Watermark {
  switch (draw.pick(['bounded', 'bounded', 'monotonic', 'oldest-of-last'] as const)) {
    case 'bounded':
      return { kind: 'bounded', outOfOrdernessMs: draw.whole(0, 6) * stepMs }
    case 'monotonic':
      return { kind: 'monotonic' }
    case 'oldest-of-last':
      return { kind: 'oldest-of-last', records: draw.whole(1, 8) }
  }
}

/** Columns of every type; the names are any that a plan may have. */
function streamColumns(draw: Draw): readonly ColumnNode[] {
  const optional = (): { optional?: true } => (draw.chance(0.6) ? { optional: true } : {})
  const timestamp = { kind: 'timestamp', format: 'epoch-ms' } as const
  const columns: ColumnNode[] = [
    { name: 'key', type: { kind: 'string' }, ...optional() },
    { name: 'größe', type: { kind: 'int32' }, ...optional() },
    { name: 'on', type: { kind: 'bool' }, ...optional() },
    { name: 'value', type: { kind: 'float64' }, ...(draw.chance(0.5) ? { missing: [999_999] } : optional()) },
    { name: 'id', type: { kind: 'int64' }, ...optional() },
    { name: 'a"]; throw 1//', type: { kind: 'string' }, ...optional() },
    { name: 'seen', type: timestamp, ...optional() },
    {
      name: 'place',
      type: {
        kind: 'record',
        columns: [
          { name: 'x', type: { kind: 'float64' } },
          { name: 'name', type: { kind: 'string' } },
        ],
      },
      ...optional(),
    },
    { name: 'rough', type: { kind: 'float64' }, ...optional() },
    { name: 'huge', type: { kind: 'int64' }, ...optional() },
  ]
  const lists: ColumnNode[] = [
    {
      name: 'parts',
      type: {
        kind: 'list',
        element: {
          kind: 'record',
          columns: [
            { name: 'kind', type: { kind: 'string' }, ...optional() },
            { name: 'value', type: { kind: 'float64' }, ...optional() },
            { name: 'codes', type: { kind: 'list', element: { kind: 'int32' } }, ...optional() },
          ],
        },
      },
      ...optional(),
    },
    { name: 'words', type: { kind: 'list', element: { kind: 'string' } }, ...optional() },
  ]
  return draw.shuffled([{ name: 'at', type: timestamp }, ...columns, ...draw.some(lists, 0.4)])
}

/** One more operator over a random one of those that are there. */
function addOperator(draft: PlanDraft): void {
  const { draw } = draft
  const id = draw.pick(draft.operators.slice(-4)).id
  const { fields, revised } = draft.relation(id)
  switch (draw.pick(['filter', 'map', 'explode', 'aggregate', 'aggregate', 'aggregate', 'alert', 'alert'] as const)) {
    case 'filter':
      draft.add({ kind: 'filter', id: draft.nextId('filter'), input: id, where: draft.expression('bool', id) }, draft.rough.get(id) as Rough)
      return
    case 'map':
      addMap(draft, id)
      return
    case 'explode': {
      const lists = fields.filter(({ type }) => typeof type === 'object')
      if (lists.length === 0) return
      addExplode(draft, id, draw.pick(lists))
      return
    }
    case 'aggregate':
      if (!revised && !draft.alerted.has(id)) addAggregate(draft, id)
      return
    case 'alert':
      if (!draft.alerted.has(id)) addAlert(draft, id)
      return
  }
}

function addExplode(draft: PlanDraft, input: string, list: Field): void {
  draft.add({ kind: 'explode', id: draft.nextId('explode'), input, column: list.name }, draft.rough.get(input) as Rough)
}

/** Keeps some columns, with all that the rows' identity hangs on, and computes others. */
function addMap(draft: PlanDraft, input: string): void {
  const { draw } = draft
  const { fields, key } = draft.relation(input)
  const rough = draft.rough.get(input) as Rough
  const kept = fields
    .filter(({ name, type }) => typeof type !== 'object' && (key.includes(name) || draw.chance(0.6)))
    .map(({ name }) => ({ name, value: column(name) }))
  const types = draw.some(['bool', 'int64', 'float64', 'string', 'timestamp', 'duration'] as const, 0.4)
  const computed = types.map((type, at) => ({ name: `computed ${draft.operators.length}:${at}`, value: draft.expression(type, input, 3) }))
  const columns = [...kept, ...computed]
  if (columns.length > 0)
    draft.add({ kind: 'map', id: draft.nextId('map'), input, columns }, new Set(kept.map(({ name }) => name).filter((name) => rough.has(name))))
}

const common: readonly { readonly name: string; readonly type: ScalarType }[] = [
  { name: 'key', type: 'string' },
  { name: 'number', type: 'int64' },
  { name: 'value', type: 'float64' },
  { name: 'on', type: 'bool' },
]

/** Both inputs are mapped to the same columns first. */
function addUnion(draft: PlanDraft, left: string, right: string): void {
  const inputs = [left, right].map((input) => {
    const columns: NamedExpression[] = common.map(({ name, type }) => ({ name, value: typed(draft, input, type) }))
    return draft.add({ kind: 'map', id: draft.nextId('map'), input, columns }, new Set())
  })
  draft.add({ kind: 'union', id: draft.nextId('union'), inputs }, new Set())
}

/** An expression of exactly this type, not of a narrower one. */
function typed(draft: PlanDraft, input: string, type: ScalarType): Expression {
  const value = draft.expression(type, input, 1)
  if (type === 'int64') return call('add', value, literal(0))
  return type === 'float64' ? call('add', value, literal(0.25)) : value
}

function addAggregate(draft: PlanDraft, input: string): void {
  const { draw } = draft
  const { fields } = draft.relation(input)
  const rough = draft.rough.get(input) as Rough
  const keys = fields.filter(({ name, type }) => typeof type === 'string' && type !== 'float64' && type !== 'timestamp' && name !== 'huge' && !rough.has(name))
  const key = draw
    .shuffled(draw.some(keys, keys.length > 4 ? 0.2 : 0.4))
    .slice(0, 3)
    .map(({ name }) => name)
  const window = draw.chance(0.8) ? randomWindow(draw, draft.world) : null
  const emit = window === null && draw.chance(0.4) ? 'change' : 'record'
  const { columns, roughColumns } = aggregateColumns(draft, input, key, emit === 'change')
  const operator: AggregateOperator = {
    kind: 'aggregate',
    id: draft.nextId('aggregate'),
    input,
    key,
    window,
    allowedLatenessMs: window !== null && draw.chance(0.7) ? draw.whole(1, draw.pick([4, 12, 40])) * draft.world.stepMs : 0,
    results: window !== null && draw.chance(0.25) ? 'final' : 'revised',
    emit,
    columns,
  }
  draft.add(operator, roughColumns)
  if (draft.relation(operator.id).revised && draw.chance(0.4)) addAlert(draft, operator.id)
}

function randomWindow(draw: Draw, { stepMs, zone }: World): Window {
  const offset = (most: number): number => (draw.chance(0.3) ? draw.whole(0, most - 1) : 0)
  if (stepMs >= 60_000 && draw.chance(0.3)) return { kind: 'tumbling', sizeMs: draw.pick([1, 1, 2]) * 86_400_000, offsetMs: draw.pick([0, 0, 3_600_000]), zone }
  const slideMs = draw.whole(2, 10) * stepMs
  if (draw.chance(0.5)) return { kind: 'tumbling', sizeMs: slideMs, offsetMs: offset(slideMs) }
  return { kind: 'hopping', sizeMs: slideMs * (draw.chance(0.15) ? draw.whole(17, 150) : draw.whole(1, 5)), slideMs, offsetMs: offset(slideMs) }
}

const aggregates: readonly AggregateName[] = ['count', 'count', 'sum', 'sum', 'min', 'max', 'avg', 'first', 'last', 'variance', 'stddev']

function aggregateColumns(draft: PlanDraft, input: string, key: readonly string[], exactOnly: boolean): { columns: NamedExpression[]; roughColumns: Rough } {
  const { draw } = draft
  const columns: NamedExpression[] = []
  const roughColumns = new Set<string>()
  for (let at = draw.whole(1, 5); at > 0; at--) {
    const name = `folded ${draft.operators.length}:${at}`
    const one = aggregate(draft, input)
    if (one.rough && exactOnly) continue
    columns.push({ name, value: one.value })
    if (one.rough) roughColumns.add(name)
  }
  columns.push({ name: `rows ${draft.operators.length}`, value: { kind: 'aggregate', name: 'count' } })
  if (draw.chance(0.3)) columns.push({ name: `twice ${draft.operators.length}`, value: call('mul', { kind: 'aggregate', name: 'count' }, literal(2)) })
  if (draw.chance(0.2)) columns.push({ name: `share ${draft.operators.length}`, value: shareOf(draft, input) })
  const [first] = key
  if (first !== undefined && draw.chance(0.2))
    columns.push({ name: `label ${draft.operators.length}`, value: call('format', column(first), literal(': '), { kind: 'aggregate', name: 'count' }) })
  return { columns, roughColumns }
}

/** Of the rows, those for which something is true. */
function shareOf(draft: PlanDraft, input: string): Expression {
  return call('div', { kind: 'aggregate', name: 'count', where: draft.expression('bool', input, 1) }, { kind: 'aggregate', name: 'count' })
}

function aggregate(draft: PlanDraft, input: string): { readonly value: Expression; readonly rough: boolean } {
  const { draw } = draft
  const { fields } = draft.relation(input)
  const rough = draft.rough.get(input) as Rough
  const name = draw.pick(aggregates)
  const where = draw.chance(0.25) ? { where: draft.expression('bool', input, 1) } : {}
  if (name === 'count' && draw.chance(0.5)) return { value: { kind: 'aggregate', name, ...where }, rough: false }
  const numbers = fields.filter(({ type }) => type === 'float64' || type === 'int32' || type === 'int64')
  const numeric = name === 'sum' || name === 'avg' || name === 'variance' || name === 'stddev'
  if (numeric && numbers.length > 0 && draw.chance(0.8)) {
    const field = numbers.find(({ name }) => name === 'huge' && draw.chance(0.2)) ?? draw.pick(numbers)
    // Sums of quarters and of small whole numbers are exact; so is an average, which is one division.
    const exact = !rough.has(field.name) && (field.name === 'value' || field.name === 'parts.value' || field.type === 'int32')
    const exactSum = name === 'sum' && field.type !== 'float64'
    return { value: { kind: 'aggregate', name, arg: column(field.name), ...where }, rough: !(exactSum || (exact && (name === 'sum' || name === 'avg'))) }
  }
  const type = numeric
    ? 'float64'
    : draw.pick(name === 'min' || name === 'max' ? (['int64', 'float64', 'string', 'timestamp'] as const) : (['bool', 'int64', 'string'] as const))
  const arg = draft.expression(type, input, draw.whole(0, 1))
  return { value: { kind: 'aggregate', name, arg, ...where }, rough: numeric }
}

function addAlert(draft: PlanDraft, from: string): void {
  const { draw, world } = draft
  if (hasList(draft, from)) addMap(draft, from)
  const input = hasList(draft, from) ? (draft.operators.at(-1) as Operator).id : from
  const relation = draft.relation(input)
  const grouped = draft.grouped.has(input)
  const records = relation.fields.filter(({ name, type }) => typeof type === 'string' && type !== 'float64' && !(draft.rough.get(input) as Rough).has(name))
  const operator: AlertOperator = {
    kind: 'alert',
    id: draft.nextId('alert'),
    input,
    key: grouped ? relation.key : draw.some(records, 0.25).map(({ name }) => name),
    when: alertCondition(draft, input),
    severity: draw.pick(['info', 'warning', 'critical']),
    message: draw.chance(0.5) ? literal('on') : draft.expression('string', input),
    cooldownMs: draw.chance(0.4) ? draw.whole(1, 20) * world.stepMs : 0,
    clearAfterMs: relation.window === null && draw.chance(0.5) ? draw.whole(0, 15) * world.stepMs : null,
  }
  draft.add(operator, draft.rough.get(input) as Rough)
}

/** Something that changes often: a threshold on a column, else any condition. */
function alertCondition(draft: PlanDraft, input: string): Expression {
  const { draw } = draft
  const { fields } = draft.readable(input)
  const rows = fields.find(({ name }) => name.startsWith('rows '))
  // Odd counts: every late record turns the condition round.
  if (rows !== undefined && draw.chance(draft.relation(input).revised ? 0.6 : 0.2)) return call('eq', call('mod', column(rows.name), literal(2)), literal(1))
  if (rows !== undefined && draw.chance(0.5)) return call(draw.pick(['gt', 'ge', 'lt']), column(rows.name), literal(draw.whole(1, 3)))
  const value = fields.find(({ name, type }) => name.endsWith('value') && type === 'float64')
  if (value !== undefined && draw.chance(0.7)) return call('gt', column(value.name), literal(2))
  return draft.expression('bool', input)
}
