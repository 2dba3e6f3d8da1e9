import { issue, MillraceError } from '@millrace/plan'
import type { QueryTable } from './messages.ts'

/** What DuckDB says of a query: its text, and as an issue where in the SQL. */
export function sqlError(reason: string, sql: string, tables: readonly QueryTable[]): MillraceError {
  const [whole = ''] = reason.split('\n\nLINE ')
  // Of missing tables DuckDB proposes those of its own catalogue.
  const text = whole.replace(/(Table with name .*)\nDid you mean .*/, '$1')
  const place = placeOf(reason, sql)
  const empty = tables.filter(({ name, columns }) => columns.length === 0 && sql.includes(name))
  const issues = [
    ...(place === null ? [] : [issue('HISTORY_SQL_PLACE', 'sql', place)]),
    ...empty.map(({ name }) => issue('HISTORY_TABLE_EMPTY', 'sql', { table: name })),
  ]
  return new MillraceError('HISTORY_SQL_FAILED', { reason: text.trim(), tables: tables.map(({ name }) => `"${name}"`).join(', ') || 'none' }, { issues })
}

/** DuckDB shows the line, shortened where it is long, and below it a caret. */
function placeOf(reason: string, sql: string): { readonly line: number; readonly column: number; readonly text: string } | null {
  const found = /LINE (\d+): (.*)\n( *)\^/.exec(reason)
  if (found === null) return null
  const [, number = '', shown = '', spaces = ''] = found
  const text = sql.split('\n')[Number(number) - 1] ?? ''
  const at = spaces.length - `LINE ${number}: `.length
  const part = shown.replace(/^\.\.\./, '').replace(/\.\.\.$/, '')
  const cut = shown.startsWith('...') ? text.indexOf(part) - '...'.length : 0
  return { line: Number(number), column: cut + at + 1, text: text.trim() }
}
