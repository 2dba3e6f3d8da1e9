import type { Batch, BoolColumn, Column, Float64Column, Int32Column, ListColumn, StringColumn } from './batch.ts'
import { Dictionary } from './dictionary.ts'
import { isSet } from './validity.ts'

/** Rows of several batches in any order: row `row[i]` of batch `part[i]`; and the same by batch. */
interface Picks {
  readonly part: Uint8Array
  readonly row: Int32Array
  readonly lists: readonly PickList[]
}

/** Rows of one batch, and the places that they go to. */
interface PickList {
  readonly rows: Int32Array
  readonly places: Int32Array
  readonly count: number
}

/**
 * Picked rows of batches of the same fields as a batch of its own: its row i is row `row[i]` of `batches[part[i]]`.
 * At least one batch. Strings stand in one new dictionary.
 */
export function gatherBatches(batches: readonly Batch[], part: Uint8Array, row: Int32Array): Batch {
  const { fields } = batches[0] as Batch
  const picks = { part, row, lists: listsOf(part, row, batches.length) }
  const columns = fields.map((_, at) => {
    const sources = batches.map((batch) => batch.columns[at] as Column)
    return gatherColumn(sources, picks)
  })
  return { rows: row.length, fields, columns }
}

/** Columns of one field are all of one kind. */
function gatherColumn(columns: readonly Column[], picks: Picks): Column {
  const [first] = columns as [Column]
  const validity = first.validity === null ? null : gatherBits(bitsOf(columns), picks)
  switch (first.kind) {
    case 'int32':
      return { ...first, values: gatherWords((columns as readonly Int32Column[]).map(valuesOf), picks), validity }
    case 'bool':
      return { ...first, values: gatherBits((columns as readonly BoolColumn[]).map(valuesOf), picks), validity }
    case 'string':
      return gatherTexts(columns as readonly StringColumn[], picks, validity)
    case 'list':
      return gatherLists(columns as readonly ListColumn[], picks, validity)
    default:
      return { ...first, values: gatherNumbers((columns as readonly Float64Column[]).map(valuesOf), picks), validity }
  }
}

const valuesOf = <T>({ values }: { readonly values: T }): T => values
const bitsOf = (columns: readonly Column[]): Uint8Array[] => columns.map(({ validity }) => validity as Uint8Array)

/** Batch by batch the loops over columns stay with one array each, which is much faster than to choose it for every row. */
function listsOf(part: Uint8Array, row: Int32Array, batches: number): PickList[] {
  const counts = countsOf(part, batches)
  return Array.from(counts, (count, batch) => {
    const list = { rows: new Int32Array(count + 1), places: new Int32Array(count + 1), count }
    if (count > 0) fillList(list, batch, part, row)
    return list
  })
}

function countsOf(part: Uint8Array, batches: number): Int32Array {
  const counts = new Int32Array(batches)
  for (let i = 0; i < part.length; i++) counts[part[i] as number]! += 1
  return counts
}

/** Without a branch: every row is written to the next place, which moves on only for the batch's own. */
function fillList({ rows, places }: PickList, batch: number, part: Uint8Array, row: Int32Array): void {
  let at = 0
  for (let i = 0; i < part.length; i++) {
    rows[at] = row[i] as number
    places[at] = i
    at += part[i] === batch ? 1 : 0
  }
}

function gatherWords(arrays: readonly Int32Array[], { row, lists }: Picks): Int32Array {
  const gathered = new Int32Array(row.length)
  for (const [batch, list] of lists.entries()) placeWords(gathered, arrays[batch] as Int32Array, list)
  return gathered
}

function placeWords(gathered: Int32Array, values: Int32Array, { rows, places, count }: PickList): void {
  for (let x = 0; x < count; x++) gathered[places[x] as number] = values[rows[x] as number] as number
}

function gatherNumbers(arrays: readonly Float64Array[], { row, lists }: Picks): Float64Array {
  const gathered = new Float64Array(row.length)
  for (const [batch, list] of lists.entries()) placeNumbers(gathered, arrays[batch] as Float64Array, list)
  return gathered
}

function placeNumbers(gathered: Float64Array, values: Float64Array, { rows, places, count }: PickList): void {
  for (let x = 0; x < count; x++) gathered[places[x] as number] = values[rows[x] as number] as number
}

function gatherBits(bitmaps: readonly Uint8Array[], { row, lists }: Picks): Uint8Array {
  const gathered = new Uint8Array((row.length + 7) >> 3)
  for (const [batch, list] of lists.entries()) placeBits(gathered, bitmaps[batch] as Uint8Array, list)
  return gathered
}

function placeBits(gathered: Uint8Array, bits: Uint8Array, { rows, places, count }: PickList): void {
  for (let x = 0; x < count; x++) {
    const from = rows[x] as number
    const to = places[x] as number
    gathered[to >> 3]! |= (((bits[from >> 3] as number) >> (from & 7)) & 1) << (to & 7)
  }
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
