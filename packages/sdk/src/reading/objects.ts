import type { Expression } from '@millrace/plan'
import type * as js from 'acorn'
import type { Meaning, Names } from './meaning.ts'
import { nameOf } from './pattern.ts'
import type { Reading } from './reading.ts'

/** `{ ...row, id: row.sensor.id, pos: { lat: row.lat } }`: columns by flat name, in order. */
export function object(reading: Reading, node: js.ObjectExpression, names: Names): Meaning {
  const columns = new Map<string, Expression>()
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') spread(reading, property, names, columns)
    else if (property.kind !== 'init' || property.method)
      reading.refuse(property, 'SDK_NOT_A_VALUE', { what: 'A function', instead: 'Write `name: expression`.' })
    else named(reading, property, names, columns)
  }
  return { is: 'columns', columns }
}

function named(reading: Reading, property: js.Property, names: Names, columns: Map<string, Expression>): void {
  const name = nameOf(reading, property)
  const meaning = reading.meaning(property.value, names)
  if (name === undefined) return
  put(columns, name, reading.columnsOf(meaning) ?? new Map([['', reading.taken(meaning, property.value)]]))
}

function spread(reading: Reading, { argument }: js.SpreadElement, names: Names, columns: Map<string, Expression>): void {
  const parts = reading.columnsOf(reading.meaning(argument, names))
  if (parts === undefined) {
    reading.refuse(argument, 'SDK_NOT_A_VALUE', { what: 'A single value', instead: 'Only a record can be spread: `...row`.' })
    return
  }
  for (const [path, value] of parts) {
    const [name = path] = path.split('.')
    if (name === path) put(columns, name, new Map([['', value]]))
    else columns.set(path, value)
  }
}

/** As JavaScript does: what had the name before is replaced, a single value in its place. */
function put(columns: Map<string, Expression>, name: string, parts: ReadonlyMap<string, Expression>): void {
  for (const known of [...columns.keys()]) if (known.startsWith(`${name}.`) || (known === name && !parts.has(''))) columns.delete(known)
  for (const [path, value] of parts) columns.set(path === '' ? name : `${name}.${path}`, value)
}
