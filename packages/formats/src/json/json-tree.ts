import { Dictionary, hashBytes, type ListBuilder } from '@millrace/columns'
import type { ListNode, ScalarNode, TimestampNode } from '@millrace/plan'
import { elementLeaf, isLeaf, type Leaf, type ObjectNode, objectLayout } from '../layout.ts'
import type { RecordRow } from '../record-row.ts'
import { TextSentinels } from '../value/reader.ts'
import { type Cells, ElementCells } from './element-cells.ts'

/** The schema as the parser walks it: keys are found by their bytes, values go to cells. */
export type JsonNode = ObjectTree | ListTree | ScalarTree

export interface ScalarTree {
  readonly kind: 'scalar'
  readonly cells: Cells
  readonly column: number
  readonly takesText: boolean
  readonly takesNumber: boolean
  readonly takesBool: boolean
  /** Text may stand for another kind: an empty one is no value. */
  readonly fromText: boolean
  readonly sentinels: TextSentinels
}

export interface ListTree {
  readonly kind: 'list'
  readonly cells: Cells
  readonly column: number
  readonly builder: ListBuilder
  readonly elements: ElementCells
  readonly element: JsonNode
}

/** Keys of an object. */
export class ObjectTree {
  readonly kind = 'object'
  readonly children: readonly JsonNode[]
  /** Number of the object in which a child was last seen. */
  readonly seen: Float64Array
  private readonly keys = new Dictionary()
  private next = 0

  constructor(names: readonly string[], children: readonly JsonNode[]) {
    for (const name of names) this.keys.internText(name)
    this.children = children
    this.seen = new Float64Array(children.length)
  }

  /** The child of the key source[from, to), or -1. Keys mostly come in the same order, so the next one is tried first. */
  find(source: Uint8Array, from: number, to: number): number {
    const guess = this.next
    const found = this.isKey(guess, source, from, to) ? guess : this.keys.findBytes(source, from, to, hashBytes(source, from, to))
    if (found >= 0) this.next = found + 1
    return found
  }

  restart(): void {
    this.next = 0
  }

  private isKey(entry: number, source: Uint8Array, from: number, to: number): boolean {
    const { keys } = this
    if (entry >= keys.size) return false
    const start = keys.offsets[entry] as number
    if ((keys.offsets[entry + 1] as number) - start !== to - from) return false
    for (let i = from; i < to; i++) if (source[i] !== keys.bytes[start + i - from]) return false
    return true
  }
}

export function treeOf(row: RecordRow): ObjectTree {
  return objectTree(row.layout.root, row, row)
}

function objectTree(node: ObjectNode, cells: Cells, row: RecordRow): ObjectTree {
  const children = [...node.keys.values()].map((child) => (isLeaf(child) ? leafTree(child, cells, row) : objectTree(child, cells, row)))
  return new ObjectTree([...node.keys.keys()], children)
}

function leafTree(leaf: Leaf, cells: Cells, row: RecordRow): JsonNode {
  return leaf.type.kind === 'list' ? listTree(leaf, leaf.type, cells, row) : scalarTree(leaf, leaf.type, cells)
}

function listTree(leaf: Leaf, node: ListNode, cells: Cells, row: RecordRow): ListTree {
  const builder = cells.builder.columns[leaf.index] as ListBuilder
  const { fields } = builder.elements
  const blamed = cells === row ? leaf.index : (cells as ElementCells).blamed
  if (node.element.kind === 'record') {
    const { root, leaves } = objectLayout(node.element.columns, fields)
    const elements = new ElementCells(row, blamed, builder.elements, leaves)
    return { kind: 'list', cells, column: leaf.index, builder, elements, element: objectTree(root, elements, row) }
  }
  const inner = elementLeaf(node.element, fields)
  const elements = new ElementCells(row, blamed, builder.elements, [inner])
  return { kind: 'list', cells, column: leaf.index, builder, elements, element: leafTree(inner, elements, row) }
}

function scalarTree(leaf: Leaf, type: ScalarNode | TimestampNode, cells: Cells): ScalarTree {
  const fromText = type.kind !== 'timestamp' && type.kind !== 'string' && type.fromText === true
  const epoch = type.kind === 'timestamp' && type.format.startsWith('epoch-')
  return {
    kind: 'scalar',
    cells,
    column: leaf.index,
    takesText: type.kind === 'string' || type.kind === 'timestamp' || fromText,
    takesNumber: type.kind === 'int32' || type.kind === 'int64' || type.kind === 'float64' || epoch,
    takesBool: type.kind === 'bool',
    fromText: fromText || type.kind === 'timestamp',
    sentinels: new TextSentinels(leaf),
  }
}
