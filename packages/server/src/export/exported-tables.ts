import type { SQLInputValue } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Control, Row } from '../control/control.ts'

/** What nobody may take elsewhere: hashes of keys, secrets of webhooks, settings of sources and sinks. */
const secrets: ReadonlySet<string> = new Set(['hash', 'secret', 'sealed'])
/** How far the server is with something: nothing to anybody else. */
const progress = /_positions$|erasures$/

interface ExportedTable {
  readonly name: string
  readonly bytes: Buffer
  readonly rows: number
}

/** Rows that are read at once: between them others have their turn. */
const rowsAtOnce = 1000

/** What the control database holds of a tenant: a file of NDJSON a table. Tables to come are in it, too. */
export async function* exportedTables(control: Control, tenant: string, signal: AbortSignal): AsyncGenerator<ExportedTable> {
  const own = control.all('SELECT * FROM tenants WHERE name = ?', tenant)
  yield { name: 'control/tenants.ndjson', bytes: ndjson(own), rows: own.length }
  const tables = control.all("SELECT DISTINCT t.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.name = 'tenant'")
  for (const table of tables.map(({ name }) => String(name)).filter((name) => !progress.test(name))) {
    const lines: Buffer[] = []
    let rows = 0
    for (const some of rowsOf(control, table, tenant)) {
      lines.push(ndjson(some))
      rows += some.length
      await setImmediate()
      signal.throwIfAborted()
    }
    if (rows > 0) yield { name: `control/${table}.ndjson`, bytes: Buffer.concat(lines), rows }
  }
}

/** Some at a time, in the order of the table's key: what is changed between is no matter. */
function* rowsOf(control: Control, table: string, tenant: string): Generator<readonly Row[]> {
  const own = control.all("SELECT name FROM pragma_table_info(?) WHERE pk > 0 AND name <> 'tenant' ORDER BY pk", table).map(({ name }) => String(name))
  // Of some a tenant has one row.
  const key = own.length > 0 ? own : ['tenant']
  const columns = key.join(', ')
  const next = `SELECT * FROM ${table} WHERE tenant = ? AND (${columns}) > (${key.map(() => '?').join(', ')}) ORDER BY ${columns} LIMIT ${rowsAtOnce}`
  let rows = control.all(`SELECT * FROM ${table} WHERE tenant = ? ORDER BY ${columns} LIMIT ${rowsAtOnce}`, tenant)
  while (rows.length > 0) {
    yield rows
    const last = rows.at(-1) as Row
    rows = rows.length < rowsAtOnce ? [] : control.all(next, tenant, ...key.map((name) => last[name] as SQLInputValue))
  }
}

function ndjson(rows: readonly Row[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(shown(row))}\n`).join(''))
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
