import type { Batch, Column } from '@millrace/columns'
import { type Field, MillraceError } from '@millrace/plan'
import type { Strings } from './strings.ts'

/**
 * How a composite key is held as 32-bit words: one for int32, bool and string (its number among the
 * job's strings), two for int64, timestamp and duration (the halves of the float64, whose bits are equal
 * where the numbers are), and last one word of flags for missing parts, if any part can be missing.
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

export type KeyArrays = readonly { readonly values: Int32Array | Uint8Array; readonly numbers: Int32Array | null; readonly validity: Uint8Array | null }[]

function arraysOf(part: KeyPart, column: Column, strings: Strings): KeyArrays[number] {
  if (column.kind === 'list') throw new Error(`a list is no key: ${part.field.name}`)
  const { values, validity } = column
  if (column.kind === 'string') return { values: column.values, numbers: strings.mapped(column.dictionary), validity }
  if (values instanceof Float64Array) return { values: halves(values), numbers: null, validity }
  return { values, numbers: null, validity }
}

/** Views cost more than a short segment of rows; decoders and operators reuse their arrays. */
const views = new WeakMap<Float64Array, Int32Array>()

export function halves(values: Float64Array): Int32Array {
  const known = views.get(values)
  if (known !== undefined) return known
  const made = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
  views.set(values, made)
  return made
}

/** Odd constants with well spread bits (xxHash's primes), a different one for each word. */
const multipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1].map((value) => value | 0)

/** Expression that hashes the words named `w0`, `w1`, ... */
export function hashCode(words: number): string {
  if (words === 0) return '0'
  const mixed = Array.from({ length: words }, (_, word) => `Math.imul(w${word} ^ (w${word} >>> 15), ${multipliers[word % multipliers.length]})`)
  return mixed.reduce((left, right) => `(Math.imul(${left}, 31) + ${right} | 0)`)
}

/** Statements that load the words of row `i` from the bound key arrays. */
export function loadWords(shape: KeyShape): string {
  const lines = shape.parts.map(loadPart)
  if (shape.flags >= 0) lines.push(`const w${shape.flags} = ${flagsCode(shape)};`)
  return lines.join(' ')
}

const absent = (at: number): string => `((kv${at}[i >> 3] >> (i & 7)) & 1) === 0`

/** The words of a missing part are 0, which is what stands under a cleared validity bit. */
function loadPart(part: KeyPart, at: number): string {
  switch (part.kind) {
    case 'word':
      return `const w${part.word} = ka${at}[i];`
    case 'bit':
      return `const w${part.word} = (ka${at}[i >> 3] >> (i & 7)) & 1;`
    case 'wide':
      return `const w${part.word} = ka${at}[i << 1], w${part.word + 1} = ka${at}[(i << 1) + 1];`
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

/** Statements that write the key held in `K` from word `o` on to row `r` of the output columns. */
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
      return `h${at}[r << 1] = ${word}; h${at}[(r << 1) + 1] = K[o + ${part.word + 1}];`
    default:
      return part.kind satisfies never
  }
}
