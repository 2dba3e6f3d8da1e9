import { type Batch, BatchBuilder, type Column, Dictionary } from '@millrace/columns'
import type { Chunk } from '@millrace/log'
import { type Field, MillraceError, type StreamNode, streamFields } from '@millrace/plan'

const known = new WeakMap<Batch, WeakMap<StreamNode, Batch>>()
const fieldsOf = new WeakMap<StreamNode, readonly Field[]>()

/**
 * A chunk's rows with the fields that a job's plan gives their stream: by name, whatever else the rows have. A column the
 * rows lack is missing in all of them, where the plan allows that; anything else throws JOB_SCHEMA_UNREADABLE, so that
 * nothing is misread (semantics B3).
 */
export function projected(batch: Batch, node: StreamNode, chunk: Chunk): Batch {
  const fields = fieldsOf.get(node) ?? streamFields(node)
  fieldsOf.set(node, fields)
  // Nearly always; what is remembered of every batch costs the garbage collection.
  if (sameFields(batch.fields, fields)) return batch
  const byNode = known.get(batch) ?? new WeakMap<StreamNode, Batch>()
  known.set(batch, byNode)
  const found = byNode.get(node) ?? project(batch, fields, chunk)
  byNode.set(node, found)
  return found
}

function project(batch: Batch, fields: readonly Field[], chunk: Chunk): Batch {
  const columns = fields.map((field) => {
    const at = batch.fields.findIndex(({ name }) => name === field.name)
    if (at < 0) return field.nullable ? missingColumn(field, batch.rows) : unreadable(chunk, field, 'is not there')
    const own = batch.fields[at] as Field
    if (JSON.stringify(own.type) !== JSON.stringify(field.type)) return unreadable(chunk, field, `is ${nameOf(own)}, not ${nameOf(field)}`)
    return withNulls(batch.columns[at] as Column, own, field, batch.rows, chunk)
  })
  return { rows: batch.rows, fields, columns }
}

function sameFields(left: readonly Field[], right: readonly Field[]): boolean {
  return left.length === right.length && left.every((field, i) => sameField(field, right[i] as Field))
}

function sameField(left: Field, right: Field): boolean {
  return left.name === right.name && left.nullable === right.nullable && (left.type === right.type || JSON.stringify(left.type) === JSON.stringify(right.type))
}

function withNulls(column: Column, own: Field, field: Field, rows: number, chunk: Chunk): Column {
  if (own.nullable === field.nullable) return column
  if (field.nullable) return { ...column, validity: new Uint8Array((rows + 7) >> 3).fill(255) }
  if (column.validity !== null && !allPresent(column.validity, rows)) return unreadable(chunk, field, 'has missing values')
  return { ...column, validity: null }
}

function allPresent(validity: Uint8Array, rows: number): boolean {
  for (let row = 0; row < rows; row++) if ((((validity[row >> 3] as number) >> (row & 7)) & 1) === 0) return false
  return true
}

function missingColumn({ type }: Field, rows: number): Column {
  const validity = new Uint8Array((rows + 7) >> 3)
  if (typeof type !== 'string') return { kind: 'list', offsets: new Int32Array(rows + 1), elements: emptyElements(type.list), validity }
  if (type === 'bool') return { kind: type, values: new Uint8Array(validity.length), validity }
  if (type === 'int32') return { kind: type, values: new Int32Array(rows), validity }
  if (type === 'string') return { kind: type, values: new Int32Array(rows), dictionary: new Dictionary(), validity }
  return { kind: type, values: new Float64Array(rows), validity }
}

function emptyElements(fields: readonly Field[]): Batch {
  return new BatchBuilder(fields).batch()
}

function nameOf({ type }: Field): string {
  return typeof type === 'string' ? type : 'a list'
}

function unreadable({ stream, schema, runs }: Chunk, field: Field, what: string): never {
  throw new MillraceError('JOB_SCHEMA_UNREADABLE', { stream, schema, sequence: runs.sequence[0] ?? 0, column: field.name, what })
}
