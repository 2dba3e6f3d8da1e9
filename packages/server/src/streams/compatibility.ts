import { type Field, type FieldType, type Issue, issue, type StreamNode, streamFields } from '@millrace/plan'

/**
 * What would break if a stream's schema changed: plans made for the old one must be able to read records of the new one, and plans
 * made for the new one those that are in the log (semantics B3).
 */
export function compatibilityIssues(before: StreamNode, after: StreamNode): readonly Issue[] {
  const old = byName(before)
  const now = byName(after)
  return [
    ...[...old.values()].flatMap((field) => keptIssues(field, now.get(field.name))),
    ...[...now.values()].flatMap((field) => newIssues(field, old.get(field.name))),
  ]
}

/** Why a plan that declares a stream like this cannot read what the stream holds; null: it can. */
export function unreadableReason(stream: StreamNode, byPlan: StreamNode): string | null {
  const there = byName(stream)
  for (const field of streamFields(byPlan)) {
    const own = there.get(field.name)
    if (own === undefined && !field.nullable) return `it has no column "${field.name}"`
    if (own !== undefined && !sameType(own.type, field.type)) return `its column "${field.name}" is ${typeName(own.type)}, not ${typeName(field.type)}`
    if (own?.nullable === true && !field.nullable) return `its column "${field.name}" may be missing`
  }
  return null
}

function keptIssues(before: Field, after: Field | undefined): readonly Issue[] {
  const path = `columns.${before.name}`
  if (after !== undefined && !sameType(before.type, after.type))
    return [issue('STREAM_COLUMN_TYPE', path, { column: before.name, before: typeName(before.type), after: typeName(after.type) })]
  return !before.nullable && after?.nullable !== false ? [issue('STREAM_COLUMN_GONE', path, { column: before.name })] : []
}

function newIssues(after: Field, before: Field | undefined): readonly Issue[] {
  const wasMissing = before === undefined || before.nullable
  return wasMissing && !after.nullable ? [issue('STREAM_COLUMN_NEW', `columns.${after.name}`, { column: after.name })] : []
}

function byName(stream: StreamNode): ReadonlyMap<string, Field> {
  return new Map(streamFields(stream).map((field) => [field.name, field]))
}

function sameType(left: FieldType, right: FieldType): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function typeName(type: FieldType): string {
  return typeof type === 'string' ? type : 'a list'
}
