/**
 * What a stream's records look like. A schema is a tree as the sender writes it; batches hold its
 * leaves as flat columns, named by their path (`sensor.id`), so a column's own name has no dot.
 */
export interface Schema {
  readonly columns: readonly ColumnNode[]
}

export interface ColumnNode {
  readonly name: string
  readonly type: TypeNode
  /** The name in the input where it differs from `name`. */
  readonly from?: string
  /** A record without this column is a bad record, unless it is optional. */
  readonly optional?: true
  /** Values that stand for "not measured" (999999, -1, 'n/a'): read as missing. */
  readonly missing?: readonly (number | string)[]
}

export type TypeNode = ScalarNode | TimestampNode | RecordNode | ListNode

export interface ScalarNode {
  /** int64 holds whole numbers within +-(2^53-1); larger ids are strings. */
  readonly kind: 'bool' | 'int32' | 'int64' | 'float64' | 'string'
  /** JSON: the value may stand in a string, `"12.5"`. */
  readonly fromText?: true
}

export interface TimestampNode {
  readonly kind: 'timestamp'
  /**
   * `iso` (ISO 8601, RFC 3339), `epoch-s`, `epoch-ms`, `epoch-us`, or a pattern of
   * yyyy MM dd HH mm ss SSS, z (zone name, `UTC`, `Z` or offset) and literal text, where ' quotes.
   */
  readonly format: string
  /** Zone of text that names none: an IANA name, `UTC` or an offset such as `+02:00`. */
  readonly zone?: string
  /** Or the string column of the same record that holds it. */
  readonly zoneColumn?: string
}

export interface RecordNode {
  readonly kind: 'record'
  readonly columns: readonly ColumnNode[]
}

export interface ListNode {
  readonly kind: 'list'
  readonly element: TypeNode
}

/** A flat column of a batch or of an operator's output. */
export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly nullable: boolean
}

export type ScalarType = 'bool' | 'int32' | 'int64' | 'float64' | 'string' | 'timestamp' | 'duration'
export type FieldType = ScalarType | ListType

/** A list's elements as flat columns; a list of plain values has one, whose name is ''. */
export interface ListType {
  readonly list: readonly Field[]
}
