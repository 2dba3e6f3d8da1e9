import type { ColumnBuilder } from '@millrace/columns'

/** Code of a hash table for keys of some columns, whose values stand in rows of the columns' builders. */
export interface KeyTable {
  /** Numbers of an entry: its key, which of its values are missing, its count. */
  readonly stride: number
  /** Counts the row's key, if it is there: answers its entry, else ~slot of a free slot. */
  count(row: number, slots: Int32Array, entries: Float64Array): number
  /** Writes the row's key to an entry. */
  store(row: number, entry: number, entries: Float64Array): void
}

/**
 * `slots` holds entry + 1, 0: free; their number is a power of two. Values are compared as numbers: of a string its
 * number in the dictionary.
 */
export function generateKeyTable(columns: readonly ColumnBuilder[]): KeyTable {
  const load = ['let missing = 0;', ...columns.map(loadCode)].join('\n')
  const stride = columns.length + 2
  const values = [...columns.map((_, i) => `k${i}`), 'missing']
  const hash = columns.map((column, i) => `hash = Math.imul(hash ^ k${i}${isWide(column) ? ` ^ k${i} * ${2 ** -32}` : ''}, 0x9e3779b1);`).join(' ')
  const code = `'use strict';
return {
  stride: ${stride},
  count(row, slots, entries) {
    const mask = slots.length - 1 | 0;
    ${load}
    let hash = missing; ${hash}
    for (let slot = (hash ^ hash >>> 15) & mask; ; slot = slot + 1 & mask) {
      const entry = slots[slot] - 1 | 0;
      if (entry < 0) return ~slot;
      const at = Math.imul(entry, ${stride});
      if (${values.map((value, i) => `entries[at + ${i} | 0] === ${value}`).join(' && ')}) {
        entries[at + ${stride - 1} | 0] += 1;
        return entry;
      }
    }
  },
  store(row, entry, entries) {
    const at = Math.imul(entry, ${stride});
    ${load}
    ${values.map((value, i) => `entries[at + ${i} | 0] = ${value};`).join(' ')}
  },
}`
  const arrays = columns.flatMap((column) => (column.kind === 'list' ? [null, null] : [column.values, column.validity]))
  return new Function(...columns.flatMap((_, i) => [`c${i}`, `v${i}`]), code)(...arrays) as KeyTable
}

function isWide({ kind }: ColumnBuilder): boolean {
  return kind === 'int64' || kind === 'float64' || kind === 'timestamp'
}

function loadCode(column: ColumnBuilder, i: number): string {
  if (column.kind === 'list') return `const k${i} = 0;`
  const value = column.kind === 'bool' ? `c${i}[row >> 3] >> (row & 7) & 1` : `c${i}[row]`
  if (column.validity === null) return `const k${i} = ${value};`
  return `let k${i} = ${value}; if ((v${i}[row >> 3] >> (row & 7) & 1) === 0) { k${i} = 0; missing += ${2 ** i}; }`
}
