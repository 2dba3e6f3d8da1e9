import type { Expression, Field } from '@millrace/plan'
import type { Role } from '../src/reading/meaning.ts'
import type { Place } from '../src/reading/place.ts'
import { type ReadOptions, readColumns, readMessage, readValue } from '../src/reading/read-function.ts'
import type { SourceIssue } from '../src/reading/reading.ts'
import type { Timestamp } from '../src/values.ts'
import { short } from './short.ts'

/** The row of the tables of forms. */
export interface Trip {
  readonly id: number
  readonly count: number
  readonly value: number
  readonly limit: number
  readonly name: string
  readonly type: string
  readonly isActive: boolean
  readonly isNew: boolean
  readonly from: Timestamp
  readonly to: Timestamp
  readonly größe: number
  readonly 'alarm-id': number
  readonly list: readonly { readonly a: number }[]
  readonly sensor: { readonly id: number; readonly kind: { readonly name: string } }
}

export const fields: readonly Field[] = [
  { name: 'id', type: 'int64', nullable: false },
  { name: 'count', type: 'int32', nullable: false },
  { name: 'value', type: 'float64', nullable: true },
  { name: 'limit', type: 'float64', nullable: true },
  { name: 'name', type: 'string', nullable: true },
  { name: 'type', type: 'string', nullable: false },
  { name: 'isActive', type: 'bool', nullable: false },
  { name: 'isNew', type: 'bool', nullable: true },
  { name: 'from', type: 'timestamp', nullable: false },
  { name: 'to', type: 'timestamp', nullable: false },
  { name: 'größe', type: 'float64', nullable: false },
  { name: 'alarm-id', type: 'int32', nullable: false },
  { name: 'list', type: { list: [{ name: 'a', type: 'int32', nullable: false }] }, nullable: false },
  { name: 'sensor.id', type: 'int64', nullable: false },
  { name: 'sensor.kind.name', type: 'string', nullable: false },
]

export const params = { limit: 5, label: 'x', maxTrip: { durationMs: 300_000 }, start: { timestampMs: 0 } }

/** A function as it was read, in short, and the codes and texts of what was refused. */
export interface Read<T = string> {
  readonly text: T
  readonly issues: readonly SourceIssue[]
}

export const readAsValue = (given: unknown, more: readonly Field[] = []): Read => read(['row', 'params'], (options) => short(readValue(given, options)), more)
/** A function's expression itself. */
export function expressionOf(given: unknown, more: readonly Field[] = []): Expression {
  const { text, issues } = read(['row', 'params'], (options) => readValue(given, options), more)
  if (issues.length > 0) throw new Error('the function was refused')
  return text
}

export const readAsMessage = (given: unknown): Read => read(['row', 'params'], (options) => short(readMessage(given, options)))
export const readAsColumns = (given: unknown): Read => read(['row', 'params'], (options) => columns(given, options))
export const readAsAggregates = (given: unknown): Read => read(['row', 'aggregates', 'params'], (options) => columns(given, options))

function columns(given: unknown, options: ReadOptions): string {
  const read = readColumns(given, options)
  return `{${read.map(({ name, value }) => `${name}: ${short(value)}`).join(', ')}}`
}

function read<T>(roles: readonly Role[], how: (options: ReadOptions) => T, more: readonly Field[] = []): Read<T> {
  const issues: SourceIssue[] = []
  const scope = { fields: [...fields, ...more], params, constants: { factor: 2 } }
  const text = how({ roles, scope, issues, places: new WeakMap<Expression, Place>(), site: 'app.ts:1:1' })
  return { text, issues }
}
