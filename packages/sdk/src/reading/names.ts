import type * as js from 'acorn'
import { literal } from '../normal/literal.ts'
import { type Meaning, type Names, valueMeaning } from './meaning.ts'
import { aggregateNames } from './members.ts'
import type { Reading } from './reading.ts'
import { unwrapped } from './wrapped.ts'

/** What a bare name stands for. All but parameters, consts, `undefined` and `Math` come from outside. */
export function identifier(reading: Reading, node: js.Identifier, names: Names): Meaning {
  const known = names.get(node.name)
  if (known !== undefined) return known
  if (node.name === 'undefined') return valueMeaning(literal(null))
  if (node.name === 'Math') return { is: 'math' }
  return refuseCaptured(reading, node, node.name)
}

/** `name` is the whole of what was captured: `LIMITS.high`. */
export function refuseCaptured(reading: Reading, node: js.Node, name: string): Meaning {
  return reading.refused(node, 'SDK_CAPTURED_NAME', { name, instead: instead(name) })
}

const globals: Readonly<Record<string, string>> = {
  NaN: 'What cannot be computed is missing: write `x === null`.',
  Infinity: 'Infinity in an expression is missing: write `x === null`, or a large number.',
  Number: 'Declare the column as a number; in JSON one in a string is `float64({ fromText: true })`.',
  parseFloat: 'Declare the column as a number; in JSON one in a string is `float64({ fromText: true })`.',
  parseInt: 'Declare the column as a number; in JSON one in a string is `int64({ fromText: true })`.',
  isNaN: 'What cannot be computed is missing: write `x === null`.',
  String: `Write a template: \`\${x}\`.`,
  Boolean: 'Write a comparison: `x !== 0`.',
  Date: 'Expressions read no clock: compare with the event time, `row.time.minus(...)`, `row.time.hour(zone)`.',
  console: 'Expressions print nothing: give the value out as a column.',
  arguments: 'Name the parameters.',
}

function instead(name: string): string {
  const [first = name] = name.split('.')
  const last = name.split('.').at(-1) as string
  if (Object.hasOwn(globals, first)) return globals[first] as string
  if ((aggregateNames as readonly string[]).includes(last)) return `Take it from the second parameter of aggregate: (row, { ${last} }) => ...`
  return `Give its value by name: { params: { ${last}: ... } } of the app, or flow.with({ ${last}: ... }); then read it from the last parameter: (row, p) => ... p.${last}`
}

/** `LIMITS.high`, where LIMITS comes from outside; undefined where the chain begins with something known. */
export function capturedPath(node: js.MemberExpression, names: Names): string | undefined {
  const object = unwrapped(node.object)
  if (node.computed || node.property.type !== 'Identifier') return undefined
  if (object.type === 'MemberExpression') {
    const path = capturedPath(object, names)
    return path === undefined ? undefined : `${path}.${node.property.name}`
  }
  if (object.type !== 'Identifier' || names.has(object.name) || object.name === 'Math' || object.name === 'undefined') return undefined
  return `${object.name}.${node.property.name}`
}
