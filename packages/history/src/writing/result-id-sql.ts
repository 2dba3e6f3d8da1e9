import type { Field } from '@millrace/plan'
import type { ResultKey } from '../followed.ts'
import { sqlText } from '../sql-text.ts'

/** A result's id (semantics R1, docs/results.md) as SQL over the staging table, whose column `c<i>` is the field i of the chunk. */
export function resultIdSql(tenant: string, { app, output, key }: ResultKey, fields: readonly Field[]): string {
  const at = new Map(fields.map(({ name }, index) => [name, index]))
  const column = (name: string): string | null => (at.has(name) ? `c${at.get(name)}` : null)
  // Results from before the app was changed may lack columns of its key.
  const keys = key.flatMap((name) => (at.has(name) ? [keyText(fields[at.get(name) as number] as Field, `c${at.get(name)}`)] : []))
  const parts = [...[tenant, app, output].map((part) => sqlText(part.replace(/[\\|]/g, '\\$&'))), ...keys, ...discriminator(column)]
  return `md5(concat_ws('|', ${parts.join(', ')}))`
}

function discriminator(column: (name: string) => string | null): readonly string[] {
  const [start, end] = [column('$windowStart'), column('$windowEnd')]
  if (start !== null && end !== null) return [whole(start), whole(end)]
  const element = column('$element')
  return [whole(column('$origin') ?? column('$sequence') ?? '0'), ...(element === null ? [] : [whole(element)])]
}

function keyText({ type }: Field, source: string): string {
  const text = type === 'string' ? `replace(replace(${source}, '\\', '\\\\'), '|', '\\|')` : type === 'bool' ? `${source}::VARCHAR` : whole(source)
  return `coalesce(${text}, '\\N')`
}

function whole(source: string): string {
  return `${source}::BIGINT::VARCHAR`
}
