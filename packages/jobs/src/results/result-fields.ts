import type { Batch, Column, Float64Column, Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'

/**
 * What a result has beside its columns, as columns of the chunk, before them; `$` never begins a name of a plan.
 * `$revision`, `$windowStart`, `$windowEnd`, `$element` and `$origin` stand there where the rows have them (docs/results.md);
 * `$watermark` only in streams of late rows.
 */
const resultFields = {
  epoch: { name: '$epoch', type: 'int32', nullable: false },
  sequence: { name: '$sequence', type: 'int64', nullable: false },
  time: { name: '$time', type: 'timestamp', nullable: false },
  revision: { name: '$revision', type: 'int32', nullable: false },
  windowStart: { name: '$windowStart', type: 'timestamp', nullable: false },
  windowEnd: { name: '$windowEnd', type: 'timestamp', nullable: false },
  element: { name: '$element', type: 'int32', nullable: false },
  origin: { name: '$origin', type: 'int64', nullable: false },
  watermark: { name: '$watermark', type: 'timestamp', nullable: false },
} as const satisfies Readonly<Record<string, Field>>

type ResultName = keyof typeof resultFields

/** Arrays of a result by row of its batch; null: the rows have none. */
export type ResultArrays = Readonly<Record<ResultName, Int32Array | Float64Array | null>> & {
  /** Of a part of a spread job: what orders rows of one sequence across the parts (`Rows.order`). Merged results have none. */
  readonly order: readonly Float64Array[]
}

const names = Object.keys(resultFields) as readonly ResultName[]
const orderName = '$order'

/** What the rows have, which decides the fields of a chunk. */
export function present(arrays: ResultArrays): string {
  return [...names.filter((name) => arrays[name] !== null), arrays.order.length].join()
}

export function fieldsOf(arrays: ResultArrays, batch: Batch): readonly Field[] {
  const order = arrays.order.map((_, at): Field => ({ name: `${orderName}${at}`, type: 'float64', nullable: false }))
  return [...order, ...names.filter((name) => arrays[name] !== null).map((name) => resultFields[name]), ...batch.fields]
}

/** The columns that order a part's results, and the rest, which is what remains of them when they are merged. */
export function splitOrder(batch: Batch): { readonly order: readonly Float64Array[]; readonly results: Batch } {
  const own = batch.fields.filter(({ name }) => name.startsWith(orderName)).length
  const order = batch.columns.slice(0, own).map((column) => (column as Float64Column).values)
  return { order, results: { rows: batch.rows, fields: batch.fields.slice(own), columns: batch.columns.slice(own) } }
}

export function sequencesOf({ fields, columns }: Batch): Float64Array {
  return (columns[fields.findIndex(({ name }) => name === resultFields.sequence.name)] as Float64Column).values
}

export function columnsOf(arrays: ResultArrays, batch: Batch): readonly Column[] {
  const order = arrays.order.map((values): Column => ({ kind: 'float64', values, validity: null }))
  const own = names.flatMap((name): Column[] => {
    const values = arrays[name]
    if (values === null) return []
    const { type } = resultFields[name]
    return [type === 'int32' ? { kind: type, values: values as Int32Array, validity: null } : { kind: type, values: values as Float64Array, validity: null }]
  })
  return [...order, ...own, ...batch.columns]
}

/** Results as a job gave them. */
export interface Results {
  readonly rows: Rows
  readonly epoch: Int32Array
  /** Of late rows: the watermark before each, ms. */
  readonly watermark: Float64Array | null
}

/** The results that a chunk holds, as views of its columns. */
export function readResults(batch: Batch): Results {
  const own = batch.fields.filter(({ name }) => name.startsWith('$')).length
  const array = (name: ResultName): Int32Array | Float64Array | null => {
    const at = batch.fields.findIndex((field) => field.name === resultFields[name].name)
    return at < 0 ? null : (batch.columns[at] as { values: Int32Array | Float64Array }).values
  }
  const rows: Rows = {
    batch: { rows: batch.rows, fields: batch.fields.slice(own), columns: batch.columns.slice(own) },
    selection: Int32Array.from({ length: batch.rows }, (_, row) => row),
    count: batch.rows,
    sequence: array('sequence') as Float64Array,
    time: array('time') as Float64Array,
    revision: array('revision') as Int32Array | null,
    windowStart: array('windowStart') as Float64Array | null,
    windowEnd: array('windowEnd') as Float64Array | null,
    element: array('element') as Int32Array | null,
    origin: array('origin') as Float64Array | null,
  }
  return { rows, epoch: array('epoch') as Int32Array, watermark: array('watermark') as Float64Array | null }
}
