import type { Batch, Column, ListColumn, Rows } from '@millrace/columns'
import type { ExplodeOperator, Field } from '@millrace/plan'
import type { Transform } from './transform.ts'

/**
 * A row for every element of a list. The list's element columns become the batch's as they are; the
 * other columns are gathered to the elements' places.
 */
export function explode(operator: ExplodeOperator, input: readonly Field[], output: readonly Field[]): Transform {
  const list = input.findIndex((field) => field.name === operator.column)
  return (rows: Rows): Rows => {
    const column = rows.batch.columns[list] as ListColumn
    const { parents, selection, count } = placesOf(rows, column)
    const columns = rows.batch.columns.flatMap((other, at) => (at === list ? column.elements.columns : [gather(other, parents)]))
    const batch: Batch = { rows: parents.length, fields: output, columns: withValidity(columns, output, parents.length) }
    return {
      ...rows,
      batch,
      selection,
      count,
      sequence: gatherNumbers(rows.sequence, parents),
      time: gatherNumbers(rows.time, parents),
      windowStart: rows.windowStart === null ? null : gatherNumbers(rows.windowStart, parents),
      windowEnd: rows.windowEnd === null ? null : gatherNumbers(rows.windowEnd, parents),
      revision: rows.revision === null ? null : gatherWhole(rows.revision, parents),
      element: elementNumbers(rows, selection, count, parents),
    }
  }
}

/** The row that each element belongs to, and the elements of the selected rows. */
function placesOf(rows: Rows, list: ListColumn): { parents: Int32Array; selection: Int32Array; count: number } {
  const parents = new Int32Array(list.elements.rows)
  const selection = new Int32Array(list.elements.rows)
  let count = 0
  for (let x = 0; x < rows.count; x++) {
    const row = rows.selection[x] as number
    if (list.validity !== null && ((list.validity[row >> 3] as number) & (1 << (row & 7))) === 0) continue
    for (let element = list.offsets[row] as number; element < (list.offsets[row + 1] as number); element++) {
      parents[element] = row
      selection[count++] = element
    }
  }
  return { parents, selection, count }
}

/** Elements of one record are counted on through nested lists: rows of one sequence stand together. */
function elementNumbers(rows: Rows, selection: Int32Array, count: number, parents: Int32Array): Int32Array {
  const numbers = new Int32Array(parents.length)
  let next = 0
  let sequence = Number.NaN
  for (let x = 0; x < count; x++) {
    const element = selection[x] as number
    const own = rows.sequence[parents[element] as number] as number
    if (own !== sequence) next = 0
    sequence = own
    numbers[element] = next++
  }
  return numbers
}

function gather(column: Column, parents: Int32Array): Column {
  const validity = column.validity === null ? null : gatherBits(column.validity, parents)
  switch (column.kind) {
    case 'int32':
      return { ...column, values: gatherWhole(column.values, parents), validity }
    case 'string':
      return { ...column, values: gatherWhole(column.values, parents), validity }
    case 'bool':
      return { ...column, values: gatherBits(column.values, parents), validity }
    case 'list':
      return gatherList(column, parents, validity)
    default:
      return { ...column, values: gatherNumbers(column.values, parents), validity }
  }
}

/** Lists beside the exploded one: each row gets a copy of its parent's elements. */
function gatherList(column: ListColumn, parents: Int32Array, validity: Uint8Array | null): ListColumn {
  const offsets = new Int32Array(parents.length + 1)
  for (let at = 0; at < parents.length; at++) {
    const row = parents[at] as number
    offsets[at + 1] = (offsets[at] as number) + (column.offsets[row + 1] as number) - (column.offsets[row] as number)
  }
  const elements = new Int32Array(offsets[parents.length] as number)
  for (let at = 0; at < parents.length; at++) {
    const from = column.offsets[parents[at] as number] as number
    for (let to = offsets[at] as number; to < (offsets[at + 1] as number); to++) elements[to] = from + to - (offsets[at] as number)
  }
  const columns = column.elements.columns.map((inner) => gather(inner, elements))
  return { kind: 'list', offsets, elements: { rows: elements.length, fields: column.elements.fields, columns }, validity }
}

/** An element's column may be declared present while the exploded field is nullable: then all are present. */
function withValidity(columns: readonly Column[], fields: readonly Field[], rows: number): Column[] {
  return columns.map((column, at) => {
    if (fields[at]?.nullable !== true || column.validity !== null) return column
    return { ...column, validity: new Uint8Array((rows + 7) >> 3).fill(255) }
  })
}

function gatherNumbers(values: Float64Array, parents: Int32Array): Float64Array {
  const gathered = new Float64Array(parents.length)
  for (let at = 0; at < parents.length; at++) gathered[at] = values[parents[at] as number] as number
  return gathered
}

function gatherWhole(values: Int32Array, parents: Int32Array): Int32Array {
  const gathered = new Int32Array(parents.length)
  for (let at = 0; at < parents.length; at++) gathered[at] = values[parents[at] as number] as number
  return gathered
}

function gatherBits(bits: Uint8Array, parents: Int32Array): Uint8Array {
  const gathered = new Uint8Array((parents.length + 7) >> 3)
  for (let at = 0; at < parents.length; at++) {
    const row = parents[at] as number
    gathered[at >> 3]! |= (((bits[row >> 3] as number) >> (row & 7)) & 1) << (at & 7)
  }
  return gathered
}
