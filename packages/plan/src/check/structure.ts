import { planJsonSchema } from '../json-schema.ts'
import type { JsonSchema } from '../shape.ts'
import { hint, join, quote, type Report } from './report.ts'

type Json = Readonly<Record<string, unknown>>

/** Checks a JSON value of limited size against the plan's JSON Schema; one issue for each place that is wrong. */
export function checkStructure(value: unknown, report: Report): void {
  check(planJsonSchema, value, '', report)
}

function check(schema: JsonSchema, value: unknown, path: string, report: Report): void {
  if (schema.$ref !== undefined) check(definition(schema.$ref), value, path, report)
  else if (schema.anyOf !== undefined) checkEither(schema.anyOf, value, path, report)
  else if (schema.enum !== undefined) checkChoice(schema.enum, value, path, report)
  else if (!isOfType(schema, value)) report('PLAN_WRONG_TYPE', path, { expected: expectation(schema), found: found(value) })
  else if (schema.type === 'array') checkList(schema, value as readonly unknown[], path, report)
  else if (schema.type === 'object') checkObject(schema, value as Json, path, report)
}

function definition(reference: string): JsonSchema {
  return planJsonSchema.$defs?.[reference.slice('#/$defs/'.length)] as JsonSchema
}

/** Names the kinds there are, rather than all that is wrong with each of them. */
function checkEither(branches: readonly JsonSchema[], value: unknown, path: string, report: Report): void {
  const fitting = branches.filter((branch) => isOfType(branch, value))
  const only = fitting.length === 1 ? fitting[0] : undefined
  if (only !== undefined) check(only, value, path, report)
  else if (fitting.length === 0) report('PLAN_WRONG_TYPE', path, { expected: branches.map(expectation).join(' or '), found: found(value) })
  else checkKind(fitting, value as Json, path, report)
}

function checkKind(branches: readonly JsonSchema[], value: Json, path: string, report: Report): void {
  const kinds = branches.flatMap((branch) => branch.properties?.['kind']?.enum ?? []).map(String)
  const { kind } = value
  const branch = branches.find((candidate) => candidate.properties?.['kind']?.enum?.includes(kind as string))
  if (kinds.length === 0) checkByFields(branches, value, path, report)
  else if (kind === undefined) report('PLAN_FIELD_MISSING', path, { field: '"kind"' })
  else if (branch === undefined)
    report('PLAN_VALUE_UNKNOWN', join(path, 'kind'), { found: found(kind), hint: hint(typeof kind === 'string' ? kind : '', kinds) })
  else check(branch, value, path, report)
}

/** Constants have no kind; their one field tells them apart. */
function checkByFields(branches: readonly JsonSchema[], value: Json, path: string, report: Report): void {
  const branch = branches.find((candidate) => candidate.required?.every((field) => Object.hasOwn(value, field)))
  const expected = branches.map((candidate) => `{ ${candidate.required?.join(', ')} }`).join(' or ')
  if (branch === undefined) report('PLAN_WRONG_TYPE', path, { expected, found: 'another object' })
  else check(branch, value, path, report)
}

function checkChoice(choices: readonly unknown[], value: unknown, path: string, report: Report): void {
  if (choices.includes(value)) return
  if (path === 'version') report('PLAN_VERSION_UNKNOWN', path, { found: found(value), known: String(choices[0]) })
  else report('PLAN_VALUE_UNKNOWN', path, { found: found(value), hint: hint(typeof value === 'string' ? value : '', choices.map(String)) })
}

function checkList(schema: JsonSchema, value: readonly unknown[], path: string, report: Report): void {
  const { items, minItems = 0 } = schema
  if (value.length < minItems) report('PLAN_LIST_SHORT', path, { least: minItems, found: value.length })
  if (items === undefined) return
  value.forEach((item, at) => {
    check(items, item, join(path, at), report)
  })
}

function checkObject(schema: JsonSchema, value: Json, path: string, report: Report): void {
  const { properties = {}, required = [], additionalProperties } = schema
  for (const field of required) {
    if (value[field] === undefined || !Object.hasOwn(value, field)) report('PLAN_FIELD_MISSING', path, { field: quote(field) })
  }
  for (const [field, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, field) ? properties[field] : additionalProperties
    // JSON drops what is undefined; in a map of names it would be a name without a value.
    if (inner === undefined && !additionalProperties) continue
    if (known) check(known, inner, join(path, field), report)
    else report('PLAN_FIELD_UNKNOWN', join(path, field), { field: quote(field), hint: hint(field, Object.keys(properties)) })
  }
}

function isOfType(schema: JsonSchema, value: unknown): boolean {
  if (schema.$ref !== undefined) return isOfType(definition(schema.$ref), value)
  if (schema.anyOf !== undefined) return schema.anyOf.some((branch) => isOfType(branch, value))
  switch (schema.type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= (schema.minimum ?? -Infinity) && (value as number) <= (schema.maximum ?? Infinity)
    case 'null':
      return value === null
    case undefined:
      return schema.enum?.includes(value as string) ?? true
    default:
      return typeof value === schema.type
  }
}

function expectation(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return expectation(definition(schema.$ref))
  if (schema.anyOf !== undefined) return schema.anyOf.map(expectation).join(' or ')
  if (schema.type === 'array') return 'a list'
  if (schema.type === 'object')
    return schema.properties?.['kind'] === undefined ? 'an object' : `an object of kind ${schema.properties['kind'].enum?.join('|')}`
  if (schema.type === 'integer') return wholeNumber(schema)
  return schema.type === 'null' ? 'null' : `a ${schema.type}`
}

function wholeNumber({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): string {
  const from = minimum === Number.MIN_SAFE_INTEGER ? '' : ` from ${minimum}`
  return `a whole number${from} up to ${maximum}`
}

function found(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
