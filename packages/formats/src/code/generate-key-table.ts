import type { ColumnBuilder } from '@millrace/columns'

/** Code of a hash table for keys of some columns, whose values stand in rows of the columns' builders. */
export interface KeyTable {
  /** Numbers of a key. */
  readonly width: number
  /** The entry of the row's key if the table has it, else ~slot of a free slot. */
  find(row: number, slots: Int32Array, entries: Int32Array): number
  /** Writes the row's key to an entry. */
  store(row: number, entry: number, entries: Int32Array): void
}

/**
 * `slots` holds entry + 1, 0: free; their number is a power of two. A key is compared as whole numbers: of a string its
 * number in the dictionary, of a wide value the halves of its bits, and last which of the values are missing.
 */
export function generateKeyTable(columns: readonly ColumnBuilder[]): KeyTable {
  const words = columns.flatMap(wordsOf)
  for (let i = 0; i < columns.length; i += 30) {
    const missing = columns.slice(i, i + 30).flatMap((column, bit) => (column.validity === null ? [] : [`(v${i + bit}[row >> 3] >> (row & 7) & 1) << ${bit}`]))
    if (missing.length > 0) words.push(missing.join(' | '))
  }
  const load = words.map((word, i) => `const w${i} = ${word};`).join('\n')
  const code = `'use strict';
return {
  width: ${words.length},
  find(row, slots, entries) {
    const mask = slots.length - 1 | 0;
    ${load}
    let hash = 0; ${words.map((_, i) => `hash = Math.imul(hash ^ w${i}, 0x9e3779b1);`).join(' ')}
    for (let slot = (hash ^ hash >>> 15) & mask; ; slot = slot + 1 & mask) {
      const entry = slots[slot] - 1 | 0;
      if (entry < 0) return ~slot;
      const at = Math.imul(entry, ${words.length});
      if (${words.map((_, i) => `entries[at + ${i} | 0] === w${i}`).join(' && ')}) return entry;
    }
  },
  store(row, entry, entries) {
    const at = Math.imul(entry, ${words.length});
    ${load}
    ${words.map((_, i) => `entries[at + ${i} | 0] = w${i};`).join(' ')}
  },
}`
  const arrays = columns.flatMap((column) => (column.kind === 'list' ? [null, null] : [bitsOf(column.values), column.validity]))
  return new Function(...columns.flatMap((_, i) => [`c${i}`, `v${i}`]), code)(...arrays) as KeyTable
}

function bitsOf(values: Int32Array | Uint8Array | Float64Array): Int32Array | Uint8Array {
  return values instanceof Float64Array ? new Int32Array(values.buffer, values.byteOffset, values.length * 2) : values
}

/** A missing value is 0 in numbers. */
function wordsOf(column: ColumnBuilder, i: number): readonly string[] {
  if (column.kind === 'list') return []
  if (column.kind === 'bool') return [`c${i}[row >> 3] >> (row & 7) & 1`]
  return column.values instanceof Float64Array ? [`c${i}[row << 1]`, `c${i}[row << 1 | 1]`] : [`c${i}[row]`]
}
