import { limits } from '../limits.ts'
import { inputsOf, type Operator } from '../operator.ts'
import type { Plan } from '../plan.ts'
import { checkConstant } from './constants.ts'
import { checkDelivery } from './delivery.ts'
import { type Known, knownOf } from './known.ts'
import { checkId, checkName, checkUnique } from './names.ts'
import { checkOperator } from './operators.ts'
import { hint, join, quote, type Report } from './report.ts'
import { checkStream } from './streams.ts'

/** What a plan of right structure means: names, types, keys, windows, and that results can be told apart. */
export function checkPlan(plan: Plan, report: Report): void {
  checkId(plan.name, 'name', report)
  for (const [name, value] of Object.entries(plan.params)) checkParam(name, value, report)
  for (const [name, stream] of Object.entries(plan.streams)) checkStream(name, stream, report)
  if (plan.delivery !== undefined) checkDelivery(plan.delivery, report)
  if (plan.operators.length > limits.operators) report('PLAN_TOO_MANY_OPERATORS', 'operators', { found: plan.operators.length, limit: limits.operators })
  else checkFlow(plan, report)
}

function checkParam(name: string, value: Plan['params'][string], report: Report): void {
  checkName(name, join('params', name), report)
  checkConstant(value, join('params', name), report)
}

function checkFlow(plan: Plan, report: Report): void {
  const { operators } = plan
  checkUnique(
    operators.map(({ id }, at) => [`operators.${at}.id`, id]),
    report,
  )
  const known = new Map<string, Known>()
  operators.forEach((operator, at) => {
    const path = `operators.${at}`
    checkId(operator.id, join(path, 'id'), report)
    checkInputs(operator, at, operators, report)
    const inputs = inputsOf(operator).flatMap((id) => known.get(id) ?? [])
    if (inputs.length < inputsOf(operator).length) return
    const bad = checkOperator(operator, inputs, plan, path, report)
    if (bad !== null && !known.has(operator.id)) known.set(operator.id, knownOf(operator, inputs, bad, known, plan))
  })
  checkOutputs(plan, known, report)
  checkUsed(plan, report)
}

/** Inputs stand before their readers, which also leaves no room for a cycle. */
function checkInputs(operator: Operator, at: number, operators: readonly Operator[], report: Report): void {
  const ids = operators.map(({ id }) => id)
  inputsOf(operator).forEach((id, index) => {
    const path = `operators.${at}.${operator.kind === 'union' ? `inputs.${index}` : 'input'}`
    const place = ids.indexOf(id)
    if (place < 0) report('OPERATOR_UNKNOWN', path, { name: quote(id), hint: hint(id, ids) })
    else if (place >= at && reads(operators, id, operator.id)) report('OPERATOR_CYCLE', path, { name: quote(operator.id), input: quote(id) })
    else if (place >= at) report('OPERATOR_ORDER', path, { name: quote(operator.id), input: quote(id) })
  })
}

/** Whether the rows of `target` reach the operator `id`. */
function reads(operators: readonly Operator[], id: string, target: string): boolean {
  return reachedFrom(operators, [id]).has(target)
}

/** The operators whose rows reach one of `ids`, and these themselves. */
function reachedFrom(operators: readonly Operator[], ids: readonly string[]): ReadonlySet<string> {
  const byId = new Map(operators.map((operator) => [operator.id, operator]))
  const reached = new Set<string>()
  const open = [...ids]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const operator = byId.get(id)
    if (operator === undefined || reached.has(id)) continue
    reached.add(id)
    open.push(...inputsOf(operator))
  }
  return reached
}

function checkOutputs({ outputs, operators }: Plan, known: ReadonlyMap<string, Known>, report: Report): void {
  const ids = operators.map(({ id }) => id)
  if (Object.keys(outputs).length === 0) report('OUTPUT_NONE', 'outputs')
  for (const [name, id] of Object.entries(outputs)) {
    const path = `outputs.${name}`
    checkId(name, path, report)
    const rows = known.get(id)
    if (!ids.includes(id)) report('OPERATOR_UNKNOWN', path, { name: quote(id), hint: hint(id, ids) })
    else if (rows?.mixed) report('RESULTS_MIXED', path)
    else if (rows?.keyLost && rows.relation.window !== null) report('KEY_LOST', path, { key: rows.grouped?.key.map(quote).join(', ') })
  }
}

function checkUsed({ outputs, operators }: Plan, report: Report): void {
  const used = reachedFrom(operators, Object.values(outputs))
  operators.forEach(({ id }, at) => {
    if (!used.has(id)) report('OPERATOR_UNUSED', `operators.${at}`, { name: quote(id) })
  })
}
