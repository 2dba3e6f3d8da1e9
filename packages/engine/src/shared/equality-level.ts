import type { Column, Dictionary } from '@millrace/columns'
import type { MemberValues } from '../code/member-params.ts'

/**
 * One equality column of an index: a hash table from (node, value) to the node of the next column. Nodes stand for
 * the values of the columns before; -1 is none.
 */
export class EqualityLevel {
  /** Node of each member behind this column. */
  readonly memberNodes: Int32Array
  readonly nodes: number
  private readonly keys: Float64Array
  private readonly from: Int32Array
  private readonly next: Int32Array
  /** Some member's number is a fraction or does not fit 32 bits. */
  private readonly isWide: boolean
  /** Numbers of the strings that members have; null: the column holds no strings. */
  private readonly texts: ReadonlyMap<string, number> | null
  private readonly translations = new WeakMap<Dictionary, Int32Array>()

  /** `memberNodes`: of each member, behind the column before. */
  constructor(values: MemberValues, memberNodes: Int32Array) {
    const members = memberNodes.length
    const different = new Set(Array.from(memberNodes, (from, member) => `${from} ${values[member]}`)).size
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, different * 4)))
    this.keys = new Float64Array(size)
    this.from = new Int32Array(size)
    this.next = new Int32Array(size).fill(-1)
    this.texts = typeof values[0] === 'string' ? numbered(values as readonly string[]) : null
    this.isWide = values instanceof Float64Array && values.some((value) => (value | 0) !== value)
    this.memberNodes = new Int32Array(members)
    let nodes = 0
    for (let member = 0; member < members; member++) {
      const key = this.texts === null ? (values[member] as number) : (this.texts.get(values[member] as string) as number)
      const from = memberNodes[member] as number
      const slot = this.slotOf(key, from)
      if (this.next[slot] === -1) {
        this.keys[slot] = key
        this.from[slot] = from
        this.next[slot] = nodes++
      }
      this.memberNodes[member] = this.next[slot] as number
    }
    this.nodes = nodes
  }

  /** Moves `nodes`, by row, on by the values of the first `count` of `rows`. */
  step(column: Column, rows: Int32Array, count: number, nodes: Int32Array): void {
    if (column.kind === 'list') throw new Error('a list equals nothing')
    if (column.kind === 'string') this.stepNumbers(column.values, this.translated(column.dictionary), rows, count, nodes)
    else if (column.kind === 'bool') this.stepBits(column.values, rows, count, nodes)
    else if (column.kind === 'int32') this.stepNumbers(column.values, null, rows, count, nodes)
    else this.stepFloats(column.values, rows, count, nodes)
    if (column.validity !== null) dropMissing(column.validity, rows, count, nodes)
  }

  private stepNumbers(values: Int32Array, numbers: Int32Array | null, rows: Int32Array, count: number, nodes: Int32Array): void {
    for (let x = 0; x < count; x++) {
      const row = rows[x] as number
      const node = nodes[row] as number
      if (node < 0) continue
      const value = values[row] as number
      const key = numbers === null ? value : (numbers[value] ?? -1)
      nodes[row] = this.next[this.slotOf(key, node)] as number
    }
  }

  private stepFloats(values: Float64Array, rows: Int32Array, count: number, nodes: Int32Array): void {
    const { keys, from, next, isWide } = this
    const mask = next.length - 1
    for (let x = 0; x < count; x++) {
      const row = rows[x] as number
      const node = nodes[row] as number
      if (node < 0) continue
      const key = values[row] as number
      let slot = (isWide ? wideHash(key, node) : hash(key, node)) & mask
      while (next[slot] !== -1 && (keys[slot] !== key || from[slot] !== node)) slot = (slot + 1) & mask
      nodes[row] = next[slot] as number
    }
  }

  private stepBits(values: Uint8Array, rows: Int32Array, count: number, nodes: Int32Array): void {
    for (let x = 0; x < count; x++) {
      const row = rows[x] as number
      const node = nodes[row] as number
      if (node >= 0) nodes[row] = this.next[this.slotOf(((values[row >> 3] as number) >> (row & 7)) & 1, node)] as number
    }
  }

  private slotOf(key: number, node: number): number {
    const { keys, from, next, isWide } = this
    const mask = next.length - 1
    let slot = (isWide ? wideHash(key, node) : hash(key, node)) & mask
    while (next[slot] !== -1 && (keys[slot] !== key || from[slot] !== node)) slot = (slot + 1) & mask
    return slot
  }

  /** By entry of a batch's dictionary: the number of the string, -1 where no member has it. */
  private translated(dictionary: Dictionary): Int32Array {
    const texts = this.texts as ReadonlyMap<string, number>
    const known = this.translations.get(dictionary)
    if (known !== undefined && known.length === dictionary.size) return known
    const numbers = new Int32Array(dictionary.size).fill(-1)
    if (known !== undefined) numbers.set(known)
    const first = known?.length ?? 0
    if (texts.size < dictionary.size - first) {
      for (const [text, number] of texts) {
        const entry = dictionary.find(text)
        if (entry >= 0) numbers[entry] = number
      }
    } else for (let entry = first; entry < numbers.length; entry++) numbers[entry] = texts.get(dictionary.text(entry)) ?? -1
    this.translations.set(dictionary, numbers)
    return numbers
  }
}

function numbered(texts: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const text of texts) if (!numbers.has(text)) numbers.set(text, numbers.size)
  return numbers
}

/** By the low bits of what stands before the point: constants mostly differ there. */
function hash(key: number, node: number): number {
  const mixed = Math.imul(key | 0, 0x9e3779b1 | 0) ^ Math.imul(node, 0xc2b2ae3d | 0)
  return mixed ^ (mixed >>> 15)
}

/** Also by what else a number has. */
function wideHash(key: number, node: number): number {
  return hash(key, node) ^ Math.imul((key * 65_537.5) | 0, 0x85ebca77 | 0) ^ Math.imul((key * 2 ** -32) | 0, 0x27d4eb2f | 0)
}

function dropMissing(validity: Uint8Array, rows: Int32Array, count: number, nodes: Int32Array): void {
  for (let x = 0; x < count; x++) {
    const row = rows[x] as number
    if ((((validity[row >> 3] as number) >> (row & 7)) & 1) === 0) nodes[row] = -1
  }
}
