import { MillraceError } from '@millrace/plan'
import type { StateReader } from './bytes.ts'
import type { KeyShape } from './key-shape.ts'

/** A pane as a snapshot holds it: its columns without the hash table, views of the bytes where nothing had to change. */
export interface StoredPane {
  /** Number of the snapshot's part that it stands in. */
  readonly part: number
  readonly count: number
  readonly wide: boolean
  readonly keys: Int32Array
  readonly first: Float64Array
  readonly states: readonly Float64Array[]
}

/** What the columns of a stored pane hold. */
export interface PaneLayout {
  readonly shape: KeyShape
  /** How many states were written. */
  readonly written: number
  /** Which of those each state is. */
  readonly picks: readonly number[]
  /** States, of those picked, that are numbers of the job's strings; below 0: none. */
  readonly textStates: readonly number[]
}

/** Part of a snapshot: what one operator of it wrote. */
export interface StatePart {
  readonly reader: StateReader
  /** Number in this job of every string of that part; null: they are the same. */
  readonly numbers: Int32Array | null
}

export function readPane({ reader, numbers }: StatePart, part: number, { shape, written, picks, textStates }: PaneLayout): StoredPane {
  const count = reader.count()
  const wide = reader.number() === 1
  const keys = reader.int32()
  const first = reader.float64()
  const columns = Array.from({ length: written }, () => reader.float64())
  if (keys.length !== count * shape.words || [first, ...columns].some(({ length }) => length !== count)) throw new MillraceError('SNAPSHOT_DAMAGED')
  const states = picks.map((pick, at) => renumbered(columns[pick] as Float64Array, textStates.includes(at) ? numbers : null))
  return { part, count, wide, keys: numbers === null ? keys : renumberedKeys(keys, shape, numbers), first, states }
}

/** A column of string numbers with those of this job; what is below 0 or missing is no string. */
export function renumbered(column: Float64Array, numbers: Int32Array | null): Float64Array {
  return numbers === null ? column : column.map((number) => (number >= 0 ? (numbers[number] ?? Number.NaN) : number))
}

function renumberedKeys(keys: Int32Array, { parts, words, flags }: KeyShape, numbers: Int32Array): Int32Array {
  const found = keys.slice()
  parts.forEach(({ kind, word }, part) => {
    if (kind !== 'string') return
    for (let at = 0; at < found.length; at += words) {
      // The word of a missing part is 0 and no string.
      const isMissing = flags >= 0 && (((found[at + flags] as number) >> part) & 1) === 1
      if (!isMissing) found[at + word] = numbers[found[at + word] as number] as number
    }
  })
  return found
}
