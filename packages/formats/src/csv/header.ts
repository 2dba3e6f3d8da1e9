import type { CsvFormat } from '@millrace/plan'
import type { Layout } from '../layout.ts'

/** Which column stands in which field of a line; -1: a field that no column takes. */
export interface CsvColumns {
  readonly slots: Int32Array
  /** Columns that no field holds: always missing. */
  readonly absent: readonly number[]
}

export type HeaderVerdict =
  | { readonly kind: 'header'; readonly columns: CsvColumns }
  /** The first line is a record. */
  | { readonly kind: 'record' }
  /** A header by which no record can be read: the position of the offending name. */
  | { readonly kind: 'bad'; readonly name: number; readonly unknown: boolean }

/** Fields of a header: code is made for each of them. */
export const mostHeaderFields = 4096

/** Without a header, fields stand in the schema's order. */
export function columnsInOrder(layout: Layout): CsvColumns {
  return { slots: Int32Array.from(layout.leaves, (leaf) => leaf.index), absent: [] }
}

/** What the fields of the first line mean. */
export function judgeHeader(names: readonly string[], format: CsvFormat, layout: Layout): HeaderVerdict {
  const trimmed = names.length > 1 && names.at(-1) === '' ? names.slice(0, -1) : names
  const byName = new Map(layout.leaves.map((leaf) => [leaf.inputName, leaf.index]))
  const slots = Int32Array.from(trimmed, (name) => byName.get(name) ?? -1)
  const held = new Set<number>()
  const doubled = slots.findIndex((slot) => slot >= 0 && held.size === held.add(slot).size)
  const unknown = slots.indexOf(-1)
  if (format.header === 'auto' && (doubled >= 0 || unknown >= 0)) return { kind: 'record' }
  if (slots.length > mostHeaderFields) return { kind: 'bad', name: mostHeaderFields, unknown: false }
  if (doubled >= 0) return { kind: 'bad', name: doubled, unknown: false }
  if (unknown >= 0 && layout.node.unknownFields === 'strict') return { kind: 'bad', name: unknown, unknown: true }
  const absent = layout.leaves.filter((leaf) => !held.has(leaf.index)).map((leaf) => leaf.index)
  return { kind: 'header', columns: { slots, absent } }
}
