import type { SinkRows } from '../contract.ts'

export type RowValue = null | boolean | number | string | readonly RowValue[] | RowTree
export interface RowTree {
  [name: string]: RowValue
}

/** A row as its line says it, with its index in the page. */
export interface PageRow {
  readonly row: number
  readonly tree: RowTree
}

/** The lines of a page as one JSON array. */
export function pageArray({ lines }: SinkRows): string {
  return arrayOf(textOf(lines))
}

/** Each line, without its line feed. */
export function pageLines({ lines }: SinkRows): readonly string[] {
  return textOf(lines).split('\n')
}

/** The last row of each key: what stands before it in the page would be replaced anyway. */
export function lastRows(rows: SinkRows): readonly PageRow[] {
  const trees: readonly RowTree[] = JSON.parse(pageArray(rows))
  const last = new Map<RowValue, PageRow>()
  for (const [row, tree] of trees.entries()) last.set(tree[rows.key] as RowValue, { row, tree })
  return [...last.values()]
}

/** Of a column by its flat name: `sensor.id` is a member of `sensor`. Null: the row has no value. */
export function valueAt(tree: RowTree, path: readonly string[]): RowValue {
  let value: RowValue | undefined = tree
  for (const name of path) value = (value as RowTree | null | undefined)?.[name]
  return value ?? null
}

// JSON escapes line feeds in text, so each that stands in a page ends a row.
const arrayOf = (text: string): string => `[${text.replaceAll('\n', ',')}]`

const textOf = (lines: Uint8Array): string => Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength - 1).toString()
