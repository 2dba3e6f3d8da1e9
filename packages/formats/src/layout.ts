import type { ColumnNode, Field, ListNode, ScalarNode, StreamNode, TimestampNode, TypeNode } from '@millrace/plan'
import { streamFields } from '@millrace/plan'

export type LeafType = ScalarNode | TimestampNode | ListNode

/** A column of a batch with what decoding must know of it. */
export interface Leaf {
  /** Position among the fields of its batch. */
  readonly index: number
  readonly field: Field
  /** Flat name in the input: `from` where it differs from the column's name. */
  readonly inputName: string
  readonly type: LeafType
  /** A record without a value is bad. */
  readonly required: boolean
  readonly missing: readonly (number | string)[]
}

/** The keys of an object of the input. A list's element that is a plain value is a node without keys. */
export interface ObjectNode {
  readonly keys: ReadonlyMap<string, ObjectNode | Leaf>
  readonly required: boolean
  readonly name: string
}

/** A stream's schema as a decoder needs it. */
export interface Layout {
  readonly stream: string
  readonly node: StreamNode
  readonly fields: readonly Field[]
  readonly leaves: readonly Leaf[]
  readonly root: ObjectNode
  /** Position of the event time, -1: none. */
  readonly timeIndex: number
  /** Positions of the key columns. */
  readonly keyIndexes: readonly number[]
}

export function layoutOf(stream: string, node: StreamNode): Layout {
  const fields = streamFields(node)
  const { root, leaves } = objectLayout(node.schema.columns, fields)
  const indexOf = (name: string) => fields.findIndex((field) => field.name === name)
  return { stream, node, fields, leaves, root, timeIndex: node.time === null ? -1 : indexOf(node.time), keyIndexes: node.key.map(indexOf) }
}

export function isLeaf(node: ObjectNode | Leaf): node is Leaf {
  return 'field' in node
}

export function objectLayout(columns: readonly ColumnNode[], fields: readonly Field[]): { root: ObjectNode; leaves: readonly Leaf[] } {
  const leaves: Leaf[] = []
  const root = objectNode(columns, '', '', true, fields, leaves)
  return { root, leaves }
}

function objectNode(columns: readonly ColumnNode[], name: string, prefix: string, required: boolean, fields: readonly Field[], leaves: Leaf[]): ObjectNode {
  const keys = new Map<string, ObjectNode | Leaf>()
  for (const column of columns) {
    const key = column.from ?? column.name
    const inputName = prefix + key
    const columnRequired = required && column.optional !== true
    if (column.type.kind === 'record') {
      keys.set(key, objectNode(column.type.columns, inputName, `${inputName}.`, columnRequired, fields, leaves))
      continue
    }
    const leaf = leafOf(column.type, leaves.length, fields[leaves.length] as Field, inputName, columnRequired, column.missing ?? [])
    keys.set(key, leaf)
    leaves.push(leaf)
  }
  return { keys, required, name }
}

function leafOf(type: LeafType, index: number, field: Field, inputName: string, required: boolean, missing: readonly (number | string)[]): Leaf {
  return { index, field, inputName, type, required, missing }
}

/** The element of a list of plain values (or of lists) as a leaf of the element's batch. */
export function elementLeaf(element: Exclude<TypeNode, { kind: 'record' }>, fields: readonly Field[]): Leaf {
  return leafOf(element, 0, fields[0] as Field, '', true, [])
}
