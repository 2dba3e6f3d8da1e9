import type { Expression, NamedExpression } from '@millrace/plan'
import type * as js from 'acorn'
import { message } from '../normal/text.ts'
import { bodyMeaning } from './body.ts'
import { expressionMeaning } from './expression.ts'
import { type Meaning, type Role, roleMeaning } from './meaning.ts'
import { bind } from './pattern.ts'
import type { Place } from './place.ts'
import { type FunctionScope, Reading, type SourceIssue } from './reading.ts'
import { isNative, parseFunction, type Source, sourceText } from './source.ts'

/** How a function is read. */
export interface ReadOptions {
  readonly roles: readonly Role[]
  readonly scope: FunctionScope
  /** Where it was given to the sdk. */
  readonly site: string
  /** Remembers where each expression stands in the source. */
  readonly places: WeakMap<Expression, Place>
  /** Takes what is refused. */
  readonly issues: SourceIssue[]
}

/** A function's one value. It is read, never run. */
export function readValue(given: unknown, options: ReadOptions): Expression {
  const { reading, meaning, node } = readMeaning(given, options)
  return reading.taken(meaning, node)
}

/** The text of an alert, in which missing parts read `missing`. */
export function readMessage(given: unknown, options: ReadOptions): Expression {
  if (typeof given === 'string') return { kind: 'literal', value: given }
  const text = readValue(given, options)
  const formatted = message(text)
  const place = options.places.get(text)
  if (place !== undefined) options.places.set(formatted, place)
  return formatted
}

/** A function's columns. */
export function readColumns(given: unknown, options: ReadOptions): readonly NamedExpression[] {
  const { reading, meaning, node } = readMeaning(given, options)
  const columns = reading.columnsOf(meaning)
  if (columns === undefined) reading.refuse(node, 'SDK_NOT_COLUMNS')
  return [...(columns ?? [])].map(([name, value]) => ({ name, value }))
}

interface Read {
  readonly reading: Reading
  readonly meaning: Meaning
  readonly node: js.Node
}

function readMeaning(given: unknown, { roles, scope, site, places, issues }: ReadOptions): Read {
  const text = typeof given === 'function' ? sourceText(given) : ''
  const source = isNative(text) ? undefined : parseFunction(text)
  const whole = { type: '', start: 0, end: text.length }
  const reading = new Reading(source ?? { text, offset: 0 }, site, scope, places, issues, expressionMeaning)
  if (typeof given !== 'function') return { reading, node: whole, meaning: reading.refused(whole, 'SDK_NOT_A_FUNCTION', { what: described(given) }) }
  if (source === undefined) return { reading, node: whole, meaning: reading.refused(whole, 'SDK_FUNCTION_WITHOUT_SOURCE') }
  return { reading, node: source.node.body, meaning: functionMeaning(reading, source.node, roles) }
}

function functionMeaning(reading: Reading, node: Source['node'], roles: readonly Role[]): Meaning {
  if (!('params' in node)) return reading.refused(node, 'SDK_FUNCTION_KIND', { what: 'a class' })
  if (node.async || node.generator) return reading.refused(node, 'SDK_FUNCTION_KIND', { what: node.async ? 'an async function' : 'a generator' })
  const names = new Map<string, Meaning>()
  const { params, body } = node
  for (const [at, param] of params.entries()) {
    const role = roles[at]
    const meaning = role === undefined ? reading.refused(param, 'SDK_TOO_MANY_PARAMETERS', { parameters: roles.join(', ') }) : roleMeaning[role]
    bind(reading, param, meaning, names)
  }
  return bodyMeaning(reading, body, names)
}

function described(given: unknown): string {
  return given === undefined ? 'nothing' : `a value of type ${given === null ? 'null' : typeof given}`
}
