import { limits } from '@millrace/plan'
import { fault } from '../fault.ts'
import type { RecordRow } from '../record-row.ts'
import { JsonText } from './json-text.ts'
import { type JsonNode, type ListTree, type ObjectTree, type ScalarTree, treeOf } from './json-tree.ts'
import { ShapeNotes } from './shape-notes.ts'

/** One record's bytes to the row's values: any order of keys, any white space, exact in every check. */
export class JsonReader {
  /** Where values stood in the last record, for those who learn its shape. */
  readonly notes = new ShapeNotes()
  private readonly row: RecordRow
  private readonly text = new JsonText()
  private readonly tree: ObjectTree
  private readonly strict: boolean
  private readonly scalars: readonly (ScalarTree | undefined)[]
  private objects = 0

  constructor(row: RecordRow) {
    this.row = row
    this.tree = treeOf(row)
    this.strict = row.layout.node.unknownFields === 'strict'
    this.scalars = row.layout.leaves.map((_, column) => findScalar(this.tree, column))
  }

  /** Where the last record was read to. */
  get at(): number {
    return this.text.at
  }

  /** Reads the value of a column at bytes[from], where generated code could not; the row has a fault if it does not fit. */
  judge(bytes: Uint8Array, from: number, to: number, column: number): void {
    const { text, row, notes } = this
    const node = this.scalars[column]
    if (node === undefined) return
    notes.sealed = true
    text.open(bytes, from, to)
    if (!this.readScalar(node, 1)) row.fail(text.fault, -1, text.at, to)
  }

  /** Reads the record bytes[from, to) into the row, whose faults say whether it fits. */
  read(bytes: Uint8Array, from: number, to: number): void {
    const { text, row } = this
    text.open(bytes, from, to)
    this.notes.begin()
    if (text.peek() !== 123) {
      row.fail(fault.notObject, -1, text.at, to)
      return
    }
    if (this.readObject(this.tree, 1) && text.peek() >= 0) text.fail(text.at)
    if (text.fault !== fault.none) row.fail(text.fault, -1, text.at, to)
  }

  private readObject(tree: ObjectTree, depth: number): boolean {
    const { text } = this
    if (depth > limits.planDepth) return text.fail(text.at, fault.tooDeep)
    const number = ++this.objects
    const opened = text.at++
    tree.restart()
    if (text.peek() === 125) text.at++
    else if (!this.readMembers(tree, number, depth)) return false
    for (let child = 0; child < tree.children.length; child++) {
      if (tree.seen[child] !== number) this.leaveOut(tree.children[child] as JsonNode, opened, opened)
    }
    return true
  }

  private readMembers(tree: ObjectTree, number: number, depth: number): boolean {
    const { text } = this
    for (;;) {
      text.peek()
      const keyFrom = text.at
      if (!text.readKey()) return false
      const child = tree.find(text.source, text.from, text.to)
      if (child < 0) {
        if (!this.skipUnknown(keyFrom, depth)) return false
      } else {
        if (tree.seen[child] === number) {
          this.row.fail(fault.duplicateKey, -1, keyFrom, text.at)
          if (this.row.nothingToLearn()) return false
        }
        tree.seen[child] = number
        if (!this.readValue(tree.children[child] as JsonNode, depth)) return false
      }
      // A bad record is read on only for its key.
      if (this.row.fault !== fault.none && this.row.nothingToLearn()) return false
      const byte = text.peek()
      if (byte !== 44 && byte !== 125) return text.fail(text.at)
      text.at++
      if (byte === 125) return true
    }
  }

  private skipUnknown(keyFrom: number, depth: number): boolean {
    const { text } = this
    const byte = text.peek()
    const from = text.at
    if (this.strict) {
      this.row.fail(fault.fieldUnknown, -1, keyFrom, from)
      this.notes.sealed = true
    }
    if (!text.skipValue(depth)) return false
    this.notes.skipped(byte, from, text.at)
    return true
  }

  private readValue(node: JsonNode, depth: number): boolean {
    if (this.row.fault !== fault.none) this.notes.sealed = true
    if (node.kind === 'scalar') return this.readScalar(node, depth)
    const { text } = this
    const byte = text.peek()
    const from = text.at
    if (byte === 110) {
      if (!text.readWord('null')) return false
      this.leaveOut(node, from, text.at)
      return true
    }
    if (node.kind === 'object' && byte === 123) return this.readObject(node, depth + 1)
    if (node.kind === 'list' && byte === 91) return this.readList(node, depth + 1)
    if (!text.skipValue(depth)) return false
    this.row.fail(fault.type, node.kind === 'list' ? node.column : -1, from, text.at)
    return true
  }

  private readScalar(node: ScalarTree, depth: number): boolean {
    const { text } = this
    const byte = text.peek()
    const from = text.at
    const { cells, column } = node
    if (byte === 123 || byte === 91) {
      if (!text.skipValue(depth)) return false
      this.wrongKind(node, from)
      return true
    }
    if (!text.readScalar(byte)) {
      this.notes.stop(column, from, byte === 34)
      return false
    }
    if (byte === 110) {
      cells.missing(column, from, text.at)
      this.notes.absent(column)
    } else if (byte === 34) this.takeText(node, from)
    else if (byte === 116 || byte === 102 ? node.takesBool : node.takesNumber) {
      cells.value(column, text.source, text.from, text.to, from, text.at)
      if (this.row.fault === fault.none) this.notes.value(column, from, text.at, false)
      else this.notes.stop(column, from, false)
    } else this.wrongKind(node, from)
    return true
  }

  private takeText(node: ScalarTree, from: number): void {
    const { text } = this
    const { cells, column } = node
    if (node.fromText && text.from === text.to) cells.missing(column, from, text.at)
    else if (node.takesText || node.sentinels.has(text.source, text.from, text.to)) cells.value(column, text.source, text.from, text.to, from, text.at)
    else this.wrongKind(node, from)
    // Text for a column of numbers is a sentinel, which no shape holds.
    if (this.row.fault !== fault.none) this.notes.stop(column, from, true)
    else if (node.takesText && text.source === text.bytes && text.to > text.from) this.notes.value(column, text.from, text.to, true)
    else this.notes.usable = false
  }

  private wrongKind({ cells, column }: ScalarTree, from: number): void {
    cells.wrong(column, from, this.text.at)
    this.notes.stop(column, from, this.text.bytes[from] === 34)
    this.notes.usable = false
  }

  private readList(node: ListTree, depth: number): boolean {
    const { text } = this
    if (depth > limits.planDepth) return text.fail(text.at, fault.tooDeep)
    const row = node.cells.builder.rows
    this.notes.usable = false
    node.builder.begin(row)
    text.at++
    if (text.peek() === 93) text.at++
    else
      for (;;) {
        node.elements.begin()
        if (!this.readElement(node, depth)) return false
        node.elements.end()
        const byte = text.peek()
        if (byte !== 44 && byte !== 93) return text.fail(text.at)
        text.at++
        if (byte === 93) break
      }
    node.builder.finish(row)
    node.cells.listRead(node.column)
    return true
  }

  /** An element that is null or of another kind than the list's is a fault. */
  private readElement({ element, column, cells }: ListTree, depth: number): boolean {
    const { text } = this
    if (element.kind !== 'object') return this.readValue(element, depth)
    const byte = text.peek()
    const from = text.at
    if (byte === 123) return this.readObject(element, depth + 1)
    if (!text.skipValue(depth)) return false
    cells.wrong(column, from, text.at)
    return true
  }

  /** A key that the record does not have, or that is null. */
  private leaveOut(node: JsonNode, from: number, to: number): void {
    if (node.kind === 'object') for (const child of node.children) this.leaveOut(child, from, to)
    else {
      node.cells.missing(node.column, from, to)
      this.notes.absent(node.column)
    }
  }
}

function findScalar(tree: ObjectTree, column: number): ScalarTree | undefined {
  for (const child of tree.children) {
    if (child.kind === 'scalar' && child.column === column) return child
    const inner = child.kind === 'object' ? findScalar(child, column) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
