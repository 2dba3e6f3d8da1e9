import type * as js from 'acorn'
import { coalesce } from '../normal/logic.ts'
import { hole, type Meaning, type Names, valueMeaning } from './meaning.ts'
import { member } from './member.ts'
import type { Reading } from './reading.ts'

/** Names of a parameter or a const come into scope: `row`, `{ value, sensor: { id } }`, `{ value = 0 }`. */
export function bind(reading: Reading, pattern: js.Pattern, meaning: Meaning, names: Map<string, Meaning>): void {
  switch (pattern.type) {
    case 'Identifier':
      names.set(pattern.name, meaning)
      return
    case 'AssignmentPattern':
      bind(reading, pattern.left, withDefault(reading, pattern, meaning, names), names)
      return
    case 'ObjectPattern':
      for (const property of pattern.properties) bindProperty(reading, property, meaning, names)
      return
    case 'ArrayPattern':
      refusePattern(reading, pattern, 'A list pattern')
      for (const element of pattern.elements) if (element) bind(reading, element, valueMeaning(hole), names)
      return
    case 'RestElement':
      refusePattern(reading, pattern, '`...`')
      bind(reading, pattern.argument, valueMeaning(hole), names)
      return
    default:
      refusePattern(reading, pattern, 'This')
  }
}

function bindProperty(reading: Reading, property: js.AssignmentProperty | js.RestElement, meaning: Meaning, names: Map<string, Meaning>): void {
  if (property.type === 'RestElement') {
    bind(reading, property, meaning, names)
    return
  }
  const name = nameOf(reading, property)
  if (name !== undefined) bind(reading, property.value, member(reading, meaning, name, property), names)
}

/** The name of a property as it is written; computed ones are refused. */
export function nameOf(reading: Reading, { key, computed }: js.Property | js.AssignmentProperty): string | undefined {
  if (key.type === 'Identifier' && !computed) return key.name
  if (key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number')) return String(key.value)
  reading.refuse(key, 'SDK_COMPUTED_NAME')
  return undefined
}

/** `{ value = 0 }` is `value ?? 0`. */
function withDefault(reading: Reading, pattern: js.AssignmentPattern, meaning: Meaning, names: Names): Meaning {
  const isColumn = (meaning.is === 'row' && !reading.isRecord(meaning.path)) || meaning.is === 'value'
  if (isColumn) return valueMeaning(coalesce(reading.asValue(meaning, pattern.left), reading.value(pattern.right, names)))
  const instead = 'Params have their values in the app: { params: { name: value } }; of a column write `row.column ?? value`.'
  return reading.refused(pattern, 'SDK_PARAMETER_PATTERN', { what: 'A default value', instead })
}

function refusePattern(reading: Reading, pattern: js.Node, what: string): void {
  reading.refuse(pattern, 'SDK_PARAMETER_PATTERN', { what, instead: 'Use a name, or name the columns: `{ value, sensor: { id } }`.' })
}
