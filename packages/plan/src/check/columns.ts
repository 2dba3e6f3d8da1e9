import { limits } from '../limits.ts'
import type { NamedExpression } from '../operator.ts'
import { type CheckScope, checkExpression } from './expression.ts'
import { checkName, checkUnique } from './names.ts'
import { join, quote, type Report } from './report.ts'

/** The columns that a map or an aggregate makes. Answers the names of those that are wrong. */
export function checkColumns(columns: readonly NamedExpression[], scope: CheckScope, path: string, report: Report): ReadonlySet<string> {
  checkUnique(
    columns.map(({ name }, at) => [`${path}.${at}.name`, name]),
    report,
  )
  checkPrefixes(columns, path, report)
  const bad = new Set<string>()
  columns.forEach((column, at) => {
    const type = checkColumn(column, scope, `${path}.${at}`, report)
    if (!type) bad.add(column.name)
  })
  return bad
}

function checkColumn(column: NamedExpression, scope: CheckScope, path: string, report: Report): boolean {
  const { place } = scope
  checkPath(column.name, place === 'row', join(path, 'name'), report)
  if (place === 'row' && isList(column, scope)) return true
  let isRight = true
  const type = checkExpression(column.value, scope, join(path, 'value'), (code, at, context) => {
    isRight = false
    report(code, at, context)
  })
  if (type === 'null') report('ALWAYS_MISSING', join(path, 'value'))
  return isRight && type !== undefined && type !== 'null'
}

/** A map makes nested columns too, `position.altitude`. */
function checkPath(name: string, mayNest: boolean, path: string, report: Report): void {
  const parts = mayNest ? name.split('.', limits.planDepth + 1) : [name]
  if (parts.length > limits.planDepth) report('NAME_INVALID', path, { name: quote(name), reason: 'it is nested too deep' })
  else for (const part of new Set(parts)) checkName(part, path, report)
}

/** A map hands lists on as they are, for an explode to come. */
function isList({ value }: NamedExpression, { fields }: CheckScope): boolean {
  return value.kind === 'column' && fields.some(({ name, type }) => name === value.name && typeof type === 'object')
}

/** A row cannot have a value `a` and a value `a.b` within it. */
function checkPrefixes(columns: readonly NamedExpression[], path: string, report: Report): void {
  const names = new Set(columns.map(({ name }) => name))
  columns.forEach(({ name }, at) => {
    const parts = name.split('.', limits.planDepth)
    const parents = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'))
    const parent = parents.find((candidate) => names.has(candidate))
    if (parent !== undefined) report('NAME_WITHIN', `${path}.${at}.name`, { name: quote(name), parent: quote(parent) })
  })
}
