import type { Control, Row } from '../control/control.ts'
import type { ArchiveFile } from './tar-stream.ts'

/** What nobody may take elsewhere: hashes of keys, secrets of webhooks. */
const secrets: ReadonlySet<string> = new Set(['hash', 'secret'])
/** How far the server is with something: nothing to anybody else. */
const progress = /_positions$|^erasures$/

/** What the control database holds of a tenant: a file of NDJSON a table. Tables to come are in it, too. */
export function* exportedTables(control: Control, tenant: string): Generator<ArchiveFile & { rows: number }> {
  yield ndjson('control/tenants.ndjson', control.all('SELECT * FROM tenants WHERE name = ?', tenant))
  const tables = control.all("SELECT DISTINCT t.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.name = 'tenant'")
  for (const { name } of tables) {
    const rows = progress.test(String(name)) ? [] : control.all(`SELECT * FROM ${String(name)} WHERE tenant = ?`, tenant)
    if (rows.length > 0) yield ndjson(`control/${String(name)}.ndjson`, rows)
  }
}

function ndjson(name: string, rows: readonly Row[]): ArchiveFile & { rows: number } {
  return { name, bytes: Buffer.from(rows.map((row) => `${JSON.stringify(shown(row))}\n`).join('')), rows: rows.length }
}

/** Members that are JSON as such. */
function shown(row: Row): object {
  const members = Object.entries(row).filter(([name]) => !secrets.has(name))
  return Object.fromEntries(members.map(([name, value]) => [name, typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
