import { escapeIdentifier } from 'pg'
import { type Column, quotedTable, valueCode } from './column.ts'

/** Not a column of anybody: such names begin otherwise. */
const place = escapeIdentifier('$place')

/**
 * The statement that brings an array of lines ($1) into the table, the last row of each key. Lines go as they are, so that nothing is read twice;
 * `json`, not `jsonb`, because that keeps the text of numbers. In the keys' order, so that writers of one table do not wait for each other in circles.
 */
export function upsertOf(table: string, columns: readonly Column[], key: Column): string {
  const members = membersOf(columns)
  const keyCode = valueCode(key)
  return `INSERT INTO ${quotedTable(table)} (${columns.map(nameOf).join(', ')})
SELECT DISTINCT ON (${keyCode}) ${columns.map(valueCode).join(', ')}
FROM ROWS FROM (json_to_recordset($1::json) AS (${members.map(([name, type]) => `${name} ${type}`).join(', ')})) WITH ORDINALITY
AS r(${[...members.map(([name]) => name), place].join(', ')}) ORDER BY ${keyCode}, r.${place} DESC
ON CONFLICT (${nameOf(key)}) ${conflictCode(columns.filter((column) => column !== key))}`
}

function conflictCode(others: readonly Column[]): string {
  if (others.length === 0) return 'DO NOTHING'
  return `DO UPDATE SET ${others.map((column) => `${nameOf(column)} = EXCLUDED.${nameOf(column)}`).join(', ')}`
}

/** The members of a line: those that hold nested values once, as JSON. */
function membersOf(columns: readonly Column[]): readonly (readonly [name: string, type: string])[] {
  const types = columns.map(({ path, type }) => [escapeIdentifier(path[0] as string), path.length === 1 ? type : 'json'] as const)
  return [...new Map(types)]
}

const nameOf = ({ name }: Column): string => escapeIdentifier(name)
