import type { Batch, Column } from '@millrace/columns'
import { type Field, MillraceError } from '@millrace/plan'
import { memberColumn } from '../code/member-params.ts'
import type { Strings } from './strings.ts'

/**
 * How a composite key is held as 32-bit words: one for int32, bool and string (its number among the
 * job's strings), two for int64, timestamp and duration (low and high word of the whole number), and
 * last one word of flags for missing parts, if any part can be missing.
 */
export interface KeyShape {
  readonly parts: readonly KeyPart[]
  readonly words: number
  /** The word that holds the flags; -1: no part can be missing. */
  readonly flags: number
}

export interface KeyPart {
  readonly field: Field
  /** Number of the column in the input. */
  readonly column: number
  readonly kind: 'word' | 'wide' | 'bit' | 'string'
  readonly word: number
}

export function keyShape(fields: readonly Field[], key: readonly string[]): KeyShape {
  const parts: KeyPart[] = []
  let word = 0
  for (const name of key) {
    const column = fields.findIndex((field) => field.name === name)
    const field = fields[column] as Field
    const kind = partKind(field)
    parts.push({ field, column, kind, word })
    word += kind === 'wide' ? 2 : 1
  }
  const nullable = parts.some((part) => part.field.nullable)
  return { parts, words: nullable ? word + 1 : word, flags: nullable ? word : -1 }
}

function partKind(field: Field): KeyPart['kind'] {
  switch (field.type) {
    case 'int32':
      return 'word'
    case 'bool':
      return 'bit'
    case 'string':
      return 'string'
    case 'int64':
    case 'timestamp':
    case 'duration':
      return 'wide'
    default:
      throw new MillraceError('SNAPSHOT_DAMAGED', { column: field.name })
  }
}

/** The arrays of a batch that a key is read from, in the order that generated lookups expect. */
export function keyArrays(shape: KeyShape, batch: Batch, strings: Strings): KeyArrays {
  return shape.parts.map((part) => arraysOf(part, batch.columns[part.column] as Column, strings))
}

export type KeyArrays = readonly {
  readonly values: Int32Array | Float64Array | Uint8Array
  readonly numbers: Int32Array | null
  readonly validity: Uint8Array | null
}[]

function arraysOf(part: KeyPart, column: Column, strings: Strings): KeyArrays[number] {
  if (column.kind === 'list') throw new Error(`a list is no key: ${part.field.name}`)
  const numbers = column.kind === 'string' ? strings.mapped(column.dictionary) : null
  return { values: column.values, numbers, validity: column.validity }
}

/** Odd constants with well spread bits (xxHash's primes), a different one for each word. */
const multipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1].map((value) => value | 0)

/** Words that hold the high half of a wide part: the half before decides, where it alone holds the number. */
function isHigh(shape: KeyShape, word: number): boolean {
  return shape.parts.some((part) => part.kind === 'wide' && part.word + 1 === word)
}

export function isMemberOnly({ parts, words }: KeyShape): boolean {
  return words === 1 && parts[0]?.field.name === memberColumn
}

/**
 * Statement that hashes the words named `w0`, `w1`, ... to `hash`. A high word counts for what it differs
 * from the sign of its low word: so `narrow` code, for keys whose numbers fit 32 bits, need not know it.
 */
export function hashCode(shape: KeyShape, narrow: boolean): string {
  // Members of a shared job are numbered from 0: each finds its own slot.
  if (isMemberOnly(shape)) return 'const hash = w0;'
  const mixed: string[] = []
  for (let word = 0; word < shape.words; word++) {
    const multiplier = multipliers[word % multipliers.length]
    const value = isHigh(shape, word) ? `(w${word} ^ (w${word - 1} >> 31))` : `w${word}`
    if (!(narrow && isHigh(shape, word))) mixed.push(`Math.imul(${value}, ${multiplier})`)
  }
  const sum = mixed.length === 0 ? '0' : mixed.join(' ^ ')
  // What differs in high bits spreads to the low ones, which pick the slot.
  return `let hash = ${sum}; hash ^= hash >>> 15; hash = Math.imul(hash, 0x2c1b3c6d); hash ^= hash >>> 13;`
}

/** Words to compare: `narrow` code leaves the high ones out. */
export function comparedWords(shape: KeyShape, narrow: boolean): number[] {
  return Array.from({ length: shape.words }, (_, word) => word).filter((word) => !(narrow && isHigh(shape, word)))
}

/** Statements that load the words of row `i` from the bound key arrays; a member's number is read at `member`. */
export function loadWords(shape: KeyShape, member = 'i'): string {
  const lines = shape.parts.map((part, at) => loadPart(part, at, part.field.name === memberColumn ? member : 'i'))
  if (shape.flags >= 0) lines.push(`const w${shape.flags} = ${flagsCode(shape)};`)
  return lines.join(' ')
}

/** Condition that some number of row `i` does not fit 32 bits. */
export function isWide(shape: KeyShape): string {
  const tests = shape.parts.flatMap((part, at) => (part.kind === 'wide' ? [`ka${at}[i] !== w${part.word}`] : []))
  return tests.length === 0 ? 'false' : tests.join(' || ')
}

const absent = (at: number): string => `((kv${at}[i >> 3] >> (i & 7)) & 1) === 0`

/** The words of a missing part are 0, which is what stands under a cleared validity bit. */
function loadPart(part: KeyPart, at: number, row: string): string {
  switch (part.kind) {
    case 'word':
      return `const w${part.word} = ka${at}[${row}];`
    case 'bit':
      return `const w${part.word} = (ka${at}[i >> 3] >> (i & 7)) & 1;`
    case 'wide':
      return `const w${part.word} = ka${at}[i] | 0, w${part.word + 1} = Math.floor(ka${at}[i] * ${2 ** -32}) | 0;`
    case 'string':
      return `const w${part.word} = ${part.field.nullable ? `${absent(at)} ? 0 : ` : ''}kn${at}[ka${at}[i]];`
    default:
      return part.kind satisfies never
  }
}

function flagsCode(shape: KeyShape): string {
  return shape.parts.map((part, at) => (part.field.nullable ? `(${absent(at)} ? ${1 << at} : 0)` : '0')).join(' | ')
}

/** Statements that bind the key arrays `keys` under the names that `loadWords` uses. */
export function bindKeys(shape: KeyShape): string {
  return shape.parts.map((_, at) => `const ka${at} = keys[${at}].values, kn${at} = keys[${at}].numbers, kv${at} = keys[${at}].validity;`).join('\n')
}

/** Statements that write the key held in `K` from word `o` on to row `r` of the output columns; `wide`: the pane's. */
export function storeKey(shape: KeyShape): string {
  return shape.parts
    .map((part, at) => {
      const store = storePart(part, at)
      if (!part.field.nullable) return store
      // The words of a missing part are 0, and so is what stands under a cleared validity bit.
      return `${store} if (K[o + ${shape.flags}] & ${1 << at}) ov${at}[r >> 3] &= ~(1 << (r & 7));`
    })
    .join('\n')
}

function storePart(part: KeyPart, at: number): string {
  const word = `K[o + ${part.word}]`
  switch (part.kind) {
    case 'word':
    case 'string':
      return `o${at}[r] = ${word};`
    case 'bit':
      return `o${at}[r >> 3] |= ${word} << (r & 7);`
    case 'wide':
      return `o${at}[r] = wide ? K[o + ${part.word + 1}] * 4294967296 + (${word} >>> 0) : ${word};`
    default:
      return part.kind satisfies never
  }
}
