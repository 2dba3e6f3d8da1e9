import { readFileSync } from 'node:fs'
import type { Expression, Field, ScalarType } from '@millrace/plan'
import type { Values } from '../../src/value.ts'
import { type Literal, literalOf } from './literals.ts'
import { type TruthTable, tablesIn } from './tables.ts'

/** One row of a truth table of docs/expressions.md. */
export interface TableRow {
  readonly line: number
  readonly inputs: readonly (Literal & { readonly name: string; readonly type: ScalarType })[]
  readonly results: readonly { readonly text: string; readonly expression: Expression; readonly expected: Literal }[]
}

export const page = readFileSync(new URL('../../../../docs/expressions.md', import.meta.url), 'utf8')
export const tables = tablesIn(page)
export const rows = tables.flatMap(rowsOf)

/** A missing input has the type of the first in its column that is there. */
function rowsOf(table: TruthTable): TableRow[] {
  const all = table.rows.map(({ line, cells }) => ({ line, literals: cells.map(literalOf) }))
  const typeIn = (at: number): ScalarType => all.find(({ literals }) => literals[at]?.type)?.literals[at]?.type ?? 'bool'
  return all.map(({ line, literals }) => ({
    line,
    inputs: table.inputs.map((name, at) => ({ ...(literals[at] as Literal), name, type: literals[at]?.type ?? typeIn(at) })),
    results: table.calls.map((call, at) => ({ ...call, expected: literals[table.inputs.length + at] as Literal })),
  }))
}

export const fieldsOf = ({ inputs }: TableRow): Field[] => inputs.map(({ name, type }) => ({ name, type, nullable: true }))
export const valuesOf = ({ inputs }: TableRow): Values => Object.fromEntries(inputs.map(({ name, value }) => [name, value]))
