import type { Rows } from '@millrace/columns'
import type { Field, FilterOperator } from '@millrace/plan'
import type { Transform } from '../operators/transform.ts'
import type { ExpressionContext } from './context.ts'
import type { FailureCount } from './runtime.ts'
import { type Code, never } from './scope.ts'

/** Column that tells whose a row is, in the rows of a shared job: the member's number. Plans have no such name. */
export const memberColumn = '_member'

/** A param's value by member's number; booleans are 0 and 1. */
export type MemberValues = Float64Array | Uint8Array | readonly string[]

/** Pairs a shared job's records with their members where a window's slice has been found for each record already. */
export interface MemberPairs {
  /** Pairs of the rows selection[from, to), written to `rows` and `members` from 0; answers how many. */
  find(rows: Rows, selection: Int32Array, from: number, to: number): number
  readonly rows: Int32Array
  readonly members: Int32Array
  /** Of all members. */
  readonly count: number
  /** Pairs of the first `count` of `selection` as rows of their own. */
  batch(rows: Rows, selection: Int32Array, count: number): Rows
}

/** What the params of a shared job hold beside those that all members have alike. */
export interface MemberParams {
  /** Of the params that differ from member to member. */
  readonly values: ReadonlyMap<string, MemberValues>
  /** For a filter that reads a stream's records: what finds the members that each record is for. */
  route(operator: FilterOperator, fields: readonly Field[], params: object, failures: FailureCount): Transform | undefined
  /** For an operator that reads such a filter's rows: what pairs them with their members; null: they come in pairs. */
  pairs(input: string): MemberPairs | null
}

/** Under it a job's params hold their MemberParams: it comes along wherever params go, and no tenant can write it. */
const held: unique symbol = Symbol('members')

export function withMembers<P extends object>(params: P, members: MemberParams): P {
  return { ...params, [held]: members }
}

/** null: the job is one plan's own. */
export function membersIn(params: { readonly [held]?: MemberParams }): MemberParams | null {
  return params[held] ?? null
}

/** The value that the row's member has for a param; undefined: all have the same. */
export function memberValue(name: string, { params, scope, columns, row, member }: ExpressionContext): Code | undefined {
  const values = membersIn(params)?.values.get(name)
  if (values === undefined) return undefined
  const value = `${scope.constant(values)}[${member ?? columns.read(memberColumn, row).value}]`
  return { before: '', value: values instanceof Uint8Array ? `(${value} === 1)` : value, missing: never }
}
