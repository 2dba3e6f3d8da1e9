import type { Expression } from '@millrace/plan'
import type * as js from 'acorn'
import { call } from '../normal/constant-call.ts'
import { literal } from '../normal/literal.ts'
import { hole, type Meaning, valueMeaning } from './meaning.ts'
import { aggregateNames, anyMembers, type Members, mathConstants, mathFunctions, membersOf } from './members.ts'
import { near, type Reading, typeName } from './reading.ts'

/** What `.name` means on what stands before it. */
export function member(reading: Reading, of: Meaning, name: string, node: js.Node): Meaning {
  switch (of.is) {
    case 'row':
      return rowMember(reading, of.path, name, node)
    case 'params':
      return param(reading, name, node)
    case 'aggregates':
      if ((aggregateNames as readonly string[]).includes(name)) return { is: 'aggregate', name }
      return reading.refused(node, 'SDK_UNKNOWN_AGGREGATE', { name, near: near(name, aggregateNames), known: aggregateNames.join(', ') })
    case 'math':
      return mathMember(reading, name, node)
    case 'columns': {
      const column = of.columns.get(name)
      if (column !== undefined) return valueMeaning(column)
      return reading.refused(node, 'SDK_UNKNOWN_COLUMN', { name, near: near(name, of.columns.keys()), columns: [...of.columns.keys()].join(', ') })
    }
    case 'value':
      return valueMember(reading, of.value, name, node)
    case 'aggregate':
      return reading.refused(node, 'SDK_NOT_A_VALUE', { what: `The function \`${of.name}\``, instead: `Call it: \`${of.name}(...)\`.` })
  }
}

/** The members of a value: by its type, or all where that is not known. */
export function valueMembers(reading: Reading, value: Expression): Members {
  const type = reading.typeOf(value)
  if (type === undefined) return anyMembers
  return typeof type === 'object' || type === 'null' ? { properties: {}, methods: {} } : membersOf[type]
}

/** Refuses `.name`, and says what there is. */
export function refuseMember(reading: Reading, value: Expression, name: string, node: js.Node): Meaning {
  const { properties, methods } = valueMembers(reading, value)
  const known = [...Object.keys(properties), ...Object.keys(methods).map((method) => `${method}()`)]
  const type = typeName(reading.typeOf(value))
  const instead =
    type === 'list' ? 'Make rows of its elements first: flow.explode(name).' : known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`
  return reading.refused(node, 'SDK_UNKNOWN_MEMBER', { name, type, near: near(name, [...Object.keys(properties), ...Object.keys(methods)]), instead })
}

function rowMember(reading: Reading, path: string, name: string, node: js.Node): Meaning {
  if (path !== '' && isValue(reading, path, name)) return valueMember(reading, { kind: 'column', name: path }, name, node)
  const longer = path === '' ? name : `${path}.${name}`
  if (reading.scope.fields === undefined || reading.isColumn(longer) || reading.isRecord(longer)) return { is: 'row', path: longer }
  const columns = columnsBelow(reading, path)
  return reading.refused(node, 'SDK_UNKNOWN_COLUMN', { name: longer, near: near(name, columns), columns: columns.join(', ') })
}

/** Whether `.name` asks something of the column at `path` rather than going deeper into a record. */
function isValue(reading: Reading, path: string, name: string): boolean {
  if (reading.scope.fields !== undefined) return !reading.isRecord(path)
  return Object.hasOwn(anyMembers.properties, name)
}

function columnsBelow({ scope }: Reading, path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`
  const below = (scope.fields ?? []).filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length).split('.')[0] as string)
  return [...new Set(below)]
}

function param(reading: Reading, name: string, node: js.Node): Meaning {
  const { constants, params } = reading.scope
  if (Object.hasOwn(constants, name)) return valueMeaning(literal(constants[name] ?? null))
  if (Object.hasOwn(params, name)) return valueMeaning({ kind: 'param', name })
  return reading.refused(node, 'SDK_UNKNOWN_PARAM', { name, near: near(name, [...Object.keys(constants), ...Object.keys(params)]) })
}

function mathMember(reading: Reading, name: string, node: js.Node): Meaning {
  if (Object.hasOwn(mathConstants, name)) return valueMeaning(literal(mathConstants[name] as number))
  const known = [...Object.keys(mathFunctions), ...Object.keys(mathConstants)]
  return reading.refused(node, 'SDK_UNKNOWN_FUNCTION', { name: `Math.${name}`, near: near(name, known), instead: `There are: ${known.join(', ')}.` })
}

function valueMember(reading: Reading, value: Expression, name: string, node: js.Node): Meaning {
  if (value === hole) return valueMeaning(hole)
  const { properties } = valueMembers(reading, value)
  const found = Object.hasOwn(properties, name) ? properties[name] : undefined
  return found === undefined ? refuseMember(reading, value, name, node) : valueMeaning(call(found, [value]))
}
