import type { StreamNode } from './plan.ts'
import type { ColumnNode, Field, FieldType, Schema, TypeNode } from './schema.ts'

/** The schema's leaves as flat fields, in order: `sensor.id`, `measurements` (a list). */
export function flatFields(schema: Schema): readonly Field[] {
  return schema.columns.flatMap((column) => columnFields(column, '', false))
}

/**
 * The fields of a stream's batches and of what reads it: `flatFields`, but the time column is never
 * nullable, because a record without a time is rejected or given one (semantics T7).
 */
export function streamFields(stream: Pick<StreamNode, 'schema' | 'time'>): readonly Field[] {
  return flatFields(stream.schema).map((field) => (field.name === stream.time ? { ...field, nullable: false } : field))
}

function columnFields(column: ColumnNode, prefix: string, parentOptional: boolean): Field[] {
  const name = prefix + column.name
  const optional = parentOptional || column.optional === true
  if (column.type.kind === 'record') return column.type.columns.flatMap((inner) => columnFields(inner, `${name}.`, optional))
  return [{ name, type: fieldType(column.type), nullable: optional || (column.missing !== undefined && column.missing.length > 0) }]
}

function fieldType(type: Exclude<TypeNode, { kind: 'record' }>): FieldType {
  return type.kind === 'list' ? { list: elementFields(type.element) } : type.kind
}

function elementFields(element: TypeNode): readonly Field[] {
  if (element.kind === 'record') return flatFields(element)
  return [{ name: '', type: fieldType(element), nullable: false }]
}
