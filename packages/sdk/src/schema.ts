import type { ColumnNode, Schema as PlanSchema, ScalarNode, TimestampNode, TypeNode } from '@millrace/plan'
import { MillraceError } from '@millrace/plan'
import type { Show, Timestamp } from './values.ts'

declare const value: unique symbol

/** A column of a schema; T is what expressions see in it. */
export interface Column<T> {
  readonly [value]?: T
  readonly node: Omit<ColumnNode, 'name'>
}
export type Fields = { readonly [name: string]: Column<unknown> }
export type ValueOf<C> = C extends Column<infer T> ? T : never
export type RowOf<F> = Show<{ readonly [K in keyof F]: ValueOf<F[K]> }>

/** What the records of a stream look like; R is the row that expressions see. */
export interface Schema<R> {
  readonly [value]?: R
  readonly node: PlanSchema
}

export interface ColumnOptions {
  /** A record without this column is good; the column is then missing. */
  readonly optional?: boolean
  /** The name in the input, where it differs. */
  readonly from?: string
}
export interface ScalarOptions<T extends number | string> extends ColumnOptions {
  /** Values that stand for "not measured": 999999, 'n/a'. They are read as missing. */
  readonly missing?: readonly T[]
}
export interface NumberOptions extends ScalarOptions<number | string> {
  /** JSON: the number may stand in a string, `"12.5"`. */
  readonly fromText?: boolean
}
export interface BoolOptions extends ColumnOptions {
  readonly fromText?: boolean
}
export interface TimestampOptions extends ScalarOptions<number | string> {
  /** `iso`, `epoch-s`, `epoch-ms`, `epoch-us`, or a pattern: `yyyy-MM-dd HH:mm:ss z`. */
  readonly format: string
  /** Zone of text that names none: an IANA name, `UTC` or an offset. */
  readonly zone?: string
  /** Or the string column of the same record that holds the zone. */
  readonly zoneColumn?: string
}

/** Whole numbers within +-2^31. */
export const int32 = (options: NumberOptions = {}): Column<number> => scalar('int32', options)
/** Whole numbers within +-(2^53 - 1); declare larger ids as `text()`. */
export const int64 = (options: NumberOptions = {}): Column<number> => scalar('int64', options)
export const float64 = (options: NumberOptions = {}): Column<number> => scalar('float64', options)
export const bool = (options: BoolOptions = {}): Column<boolean> => scalar('bool', options)
export const text = (options: ScalarOptions<string> = {}): Column<string> => scalar('string', options)

export function timestamp({ format, zone, zoneColumn, ...options }: TimestampOptions): Column<Timestamp> {
  const type: TimestampNode = { kind: 'timestamp', format, ...(zone !== undefined && { zone }), ...(zoneColumn !== undefined && { zoneColumn }) }
  return column(type, options)
}

/** A record within the record: `sensor: record({ id: int64() })` is read as `row.sensor.id`. */
export function record<F extends Fields>(fields: F, options: ColumnOptions = {}): Column<RowOf<F>> {
  return column({ kind: 'record', columns: columnNodes(fields) }, options)
}

/** A list; `flow.explode(name)` makes a row of each element. */
export function list<T>(element: Column<T>, options: ColumnOptions = {}): Column<readonly T[]> {
  const { type, ...rest } = element.node
  const misplaced = Object.keys(rest)[0]
  if (misplaced !== undefined) throw new MillraceError('SDK_LIST_ELEMENT', { option: misplaced })
  return column({ kind: 'list', element: type }, options)
}

export function schema<F extends Fields>(fields: F): Schema<RowOf<F>> {
  return { node: { columns: columnNodes(fields) } }
}

function scalar<T>(kind: ScalarNode['kind'], { fromText, ...options }: NumberOptions): Column<T> {
  return column({ kind, ...(fromText === true && { fromText: true as const }) }, options)
}

function column<T>(type: TypeNode, { optional, from, missing }: ScalarOptions<number | string>): Column<T> {
  return { node: { type, ...(from !== undefined && { from }), ...(optional === true && { optional: true as const }), ...(missing?.length && { missing }) } }
}

function columnNodes(fields: Fields): ColumnNode[] {
  return Object.entries(fields).map(([name, { node }]) => ({ name, ...node }))
}
