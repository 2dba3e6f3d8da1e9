import { alertFields, explodedFields, sameNames, windowFields } from '../infer.ts'
import type { AggregateOperator, AlertOperator, ExplodeOperator, Operator, UnionOperator } from '../operator.ts'
import type { Plan } from '../plan.ts'
import { checkColumns } from './columns.ts'
import { type CheckScope, checkTyped } from './expression.ts'
import { checkKey } from './keys.ts'
import type { Known } from './known.ts'
import { hint, join, quote, type Report } from './report.ts'
import { checkWindow } from './windows.ts'

/** What a check of an operator's own fields found: its rows are unclear (null), or these columns of it are wrong. */
export type Outcome = ReadonlySet<string> | null

const fine: ReadonlySet<string> = new Set()

/** One operator over inputs that are known. */
export function checkOperator(operator: Operator, inputs: readonly Known[], plan: Plan, path: string, report: Report): Outcome {
  const [input] = inputs
  if (operator.kind === 'read') return checkRead(operator.stream, plan, path, report)
  if (input === undefined) return null
  switch (operator.kind) {
    case 'filter':
      checkTyped(operator.where, 'bool', rowScope(input, plan), join(path, 'where'), report)
      return fine
    case 'map':
      return checkColumns(operator.columns, rowScope(input, plan), join(path, 'columns'), report)
    case 'explode':
      return checkExplode(operator, input, path, report)
    case 'union':
      return checkUnion(operator, inputs, path, report)
    case 'aggregate':
      return checkAggregate(operator, input, plan, path, report)
    case 'alert':
      return checkAlert(operator, input, plan, path, report)
    default:
      return operator satisfies never
  }
}

function rowScope({ relation, loose }: Known, { params }: Plan): CheckScope {
  return { fields: relation.fields, loose, params, place: 'row', key: [] }
}

function checkRead(stream: string, { streams }: Plan, path: string, report: Report): Outcome {
  if (Object.hasOwn(streams, stream)) return fine
  report('STREAM_UNKNOWN', join(path, 'stream'), { name: quote(stream), hint: hint(stream, Object.keys(streams)) })
  return null
}

function checkExplode({ column }: ExplodeOperator, { relation, loose }: Known, path: string, report: Report): Outcome {
  if (loose.has(column)) return null
  const at = join(path, 'column')
  const field = relation.fields.find((candidate) => candidate.name === column)
  const lists = relation.fields.filter(({ type }) => typeof type === 'object').map(({ name }) => name)
  if (field === undefined) report('COLUMN_UNKNOWN', at, { name: quote(column), hint: hint(column, lists) })
  else if (explodedFields(field).length === 0) report('EXPLODE_NOT_LIST', at, { name: quote(column), type: String(field.type), hint: hint(column, lists) })
  else return fine
  return null
}

function checkUnion({ inputs: ids }: UnionOperator, inputs: readonly Known[], path: string, report: Report): Outcome {
  const first = inputs[0]
  if (first === undefined || inputs.some((input) => input.loose.size > 0)) return null
  ids.forEach((id, at) => {
    if (ids.indexOf(id) !== at) report('NAME_DUPLICATE', `${path}.inputs.${at}`, { name: quote(id) })
  })
  checkStreams(inputs, path, report)
  const columns = shapeOf(first)
  const differ = inputs.findIndex((input) => shapeOf(input) !== columns)
  if (differ < 0) return fine
  report('UNION_COLUMNS_DIFFER', `${path}.inputs.${differ}`, { first: describe(first), other: describe(inputs[differ] as Known) })
  return null
}

/** A record that came through two inputs would stand in the union twice, under one id (semantics R1). */
function checkStreams(inputs: readonly Known[], path: string, report: Report): void {
  const seen = new Set<string>()
  inputs.forEach(({ relation }, at) => {
    const twice = relation.streams.find((stream) => seen.has(stream))
    if (twice !== undefined) report('UNION_SAME_STREAM', `${path}.inputs.${at}`, { stream: quote(twice) })
    for (const stream of relation.streams) seen.add(stream)
  })
}

function shapeOf({ relation }: Known): string {
  return JSON.stringify(relation.fields.map(({ name, type }) => [name, type]))
}

function describe({ relation }: Known): string {
  return relation.fields.map(({ name, type }) => `${quote(name)} ${typeof type === 'object' ? 'list' : type}`).join(', ')
}

function checkAggregate(operator: AggregateOperator, input: Known, plan: Plan, path: string, report: Report): Outcome {
  const { key, window, columns } = operator
  if (input.alert) report('AGGREGATE_OVER_ALERT', join(path, 'input'))
  else if (input.relation.revised) report('AGGREGATE_OVER_REVISED', join(path, 'input'), { operator: quote(input.grouped?.id ?? '') })
  checkWindow(operator, path, report)
  const keyIsRight = checkKey(key, input.relation.fields, join(path, 'key'), report, input.loose)
  checkTaken(operator, path, report)
  const bad = checkColumns(columns, { ...rowScope(input, plan), place: 'group', key }, join(path, 'columns'), report)
  const clash = window !== null && key.some(isBound)
  return keyIsRight && !clash ? bad : null
}

/** Key columns and window bounds stand beside the values in one row. */
function checkTaken({ key, window, columns }: AggregateOperator, path: string, report: Report): void {
  const taken = (name: string) => key.includes(name) || (window !== null && isBound(name))
  columns.forEach(({ name }, at) => {
    if (taken(name)) report('AGGREGATE_NAME_TAKEN', `${path}.columns.${at}.name`, { name: quote(name) })
  })
  key.forEach((name, at) => {
    if (window !== null && isBound(name)) report('KEY_NAME_TAKEN', `${path}.key.${at}`, { name: quote(name) })
  })
}

function isBound(name: string): boolean {
  return windowFields.some((field) => field.name === name)
}

function checkAlert(operator: AlertOperator, input: Known, plan: Plan, path: string, report: Report): Outcome {
  const scope = rowScope(input, plan)
  checkTyped(operator.when, 'bool', scope, join(path, 'when'), report)
  checkTyped(operator.message, 'string', scope, join(path, 'message'), report)
  if (input.alert) report('ALERT_OVER_ALERT', join(path, 'input'))
  if (input.mixed) report('RESULTS_MIXED', join(path, 'input'))
  if (input.relation.window !== null && operator.clearAfterMs !== null) report('ALERT_CLEAR_AFTER_WINDOW', join(path, 'clearAfterMs'))
  const namesAreFree = checkAlertNames(input, path, report)
  return checkAlertKey(operator, input, path, report) && namesAreFree ? fine : null
}

function checkAlertNames({ relation, alert }: Known, path: string, report: Report): boolean {
  const taken = relation.fields.filter(({ name }) => alertFields.some((field) => field.name === name))
  const lists = relation.fields.filter(({ type }) => typeof type === 'object')
  for (const { name } of alert ? [] : taken) report('ALERT_NAME_TAKEN', join(path, 'input'), { name: quote(name) })
  for (const { name } of lists) report('COLUMN_IS_LIST', join(path, 'input'), { name: quote(name) })
  return taken.length === 0
}

/** Results keep their key: an episode is one key's, and its rows are told apart by it. */
function checkAlertKey({ key }: AlertOperator, input: Known, path: string, report: Report): boolean {
  const at = join(path, 'key')
  if (input.alert || input.mixed) return false
  if (input.grouped === null) return checkKey(key, input.relation.fields, at, report, input.loose)
  if (!input.keyLost && sameNames(key, input.relation.key)) return true
  const wanted = input.grouped.key.map(quote).join(', ')
  if (input.keyLost) report('KEY_LOST', join(path, 'input'), { key: wanted })
  else report('ALERT_KEY_DIFFERS', at, { found: key.map(quote).join(', '), wanted })
  return false
}
