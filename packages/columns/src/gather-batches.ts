import type { Batch, BoolColumn, Column, Float64Column, Int32Column, ListColumn, StringColumn } from './batch.ts'
import { Dictionary } from './dictionary.ts'
import { isSet } from './validity.ts'

/** Rows of several batches in any order: row `row[i]` of batch `part[i]`. */
interface Picks {
  readonly part: Uint8Array
  readonly row: Int32Array
}

/**
 * Picked rows of batches of the same fields as a batch of its own: its row i is row `row[i]` of `batches[part[i]]`.
 * At least one batch. Strings stand in one new dictionary.
 */
export function gatherBatches(batches: readonly Batch[], part: Uint8Array, row: Int32Array): Batch {
  const { fields } = batches[0] as Batch
  const columns = fields.map((_, at) =>
    gatherColumn(
      batches.map((batch) => batch.columns[at] as Column),
      { part, row },
    ),
  )
  return { rows: row.length, fields, columns }
}

/** Columns of one field are all of one kind. */
function gatherColumn(columns: readonly Column[], picks: Picks): Column {
  const [first] = columns as [Column]
  const validity = first.validity === null ? null : gatherBits(bitsOf(columns), picks)
  switch (first.kind) {
    case 'int32':
      return { ...first, values: gatherNumbers(columns as readonly Int32Column[], new Int32Array(picks.row.length), picks), validity }
    case 'bool':
      return { ...first, values: gatherBits((columns as readonly BoolColumn[]).map(valuesOf), picks), validity }
    case 'string':
      return gatherTexts(columns as readonly StringColumn[], picks, validity)
    case 'list':
      return gatherLists(columns as readonly ListColumn[], picks, validity)
    default:
      return { ...first, values: gatherNumbers(columns as readonly Float64Column[], new Float64Array(picks.row.length), picks), validity }
  }
}

const valuesOf = <T>({ values }: { readonly values: T }): T => values
const bitsOf = (columns: readonly Column[]): Uint8Array[] => columns.map(({ validity }) => validity as Uint8Array)

function gatherNumbers<A extends Int32Array | Float64Array>(columns: readonly { readonly values: A }[], gathered: A, { part, row }: Picks): A {
  const arrays = columns.map(valuesOf)
  for (let i = 0; i < row.length; i++) gathered[i] = (arrays[part[i] as number] as A)[row[i] as number] as number
  return gathered
}

function gatherBits(bitmaps: readonly Uint8Array[], { part, row }: Picks): Uint8Array {
  const gathered = new Uint8Array((row.length + 7) >> 3)
  for (let i = 0; i < row.length; i++) {
    const from = row[i] as number
    gathered[i >> 3]! |= ((((bitmaps[part[i] as number] as Uint8Array)[from >> 3] as number) >> (from & 7)) & 1) << (i & 7)
  }
  return gathered
}

/** Only strings that picked rows hold come into the new dictionary, in the order in which they are met. */
function gatherTexts(columns: readonly StringColumn[], { part, row }: Picks, validity: Uint8Array | null): StringColumn {
  const dictionary = new Dictionary()
  // Numbers are kept one higher, so that 0 stands for an entry not met yet.
  const numbers = columns.map((column) => new Int32Array(column.dictionary.size))
  const values = new Int32Array(row.length)
  for (let i = 0; i < row.length; i++) {
    const column = columns[part[i] as number] as StringColumn
    const known = numbers[part[i] as number] as Int32Array
    if (validity !== null && !isSet(validity, i)) continue
    const entry = column.values[row[i] as number] as number
    if (known[entry] === 0) {
      const { bytes, offsets } = column.dictionary
      known[entry] = dictionary.intern(bytes, offsets[entry] as number, offsets[entry + 1] as number) + 1
    }
    values[i] = (known[entry] as number) - 1
  }
  return { kind: 'string', values, dictionary, validity }
}

function gatherLists(columns: readonly ListColumn[], { part, row }: Picks, validity: Uint8Array | null): ListColumn {
  const offsets = new Int32Array(row.length + 1)
  for (let i = 0; i < row.length; i++) {
    const own = (columns[part[i] as number] as ListColumn).offsets
    offsets[i + 1] = (offsets[i] as number) + (own[(row[i] as number) + 1] as number) - (own[row[i] as number] as number)
  }
  const elements = { part: new Uint8Array(offsets[row.length] as number), row: new Int32Array(offsets[row.length] as number) }
  for (let i = 0; i < row.length; i++) {
    const first = (columns[part[i] as number] as ListColumn).offsets[row[i] as number] as number
    for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at++) {
      elements.part[at] = part[i] as number
      elements.row[at] = first + at - (offsets[i] as number)
    }
  }
  const inner = columns.map((column) => column.elements)
  return { kind: 'list', offsets, elements: gatherBatches(inner, elements.part, elements.row), validity }
}
