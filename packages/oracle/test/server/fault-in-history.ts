import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Batch, type Column, decodeBatch, isSet } from '@millrace/columns'
import { ResultIds } from '@millrace/formats'
import { type Followed, History } from '@millrace/history'
import { readResults } from '@millrace/jobs'
import type { Log, Piece } from '@millrace/log'

type Row = Readonly<Record<string, unknown>>

const limits = { timeMs: 60_000, maxRows: 10_000_000, maxBytes: 1 << 30 }

/**
 * Opens what a process left of a tenant's history over the log it left, writes what is missing, and holds every row of the streams against the
 * log's: each once, in one file, with all values and the id that it has outside. Answers what is wrong; null: nothing.
 */
export async function faultInHistory(directory: string, log: Log, tenant: string, streams: readonly Followed[], figures: { kept: number }) {
  const history = await History.open({ log, directory, writeEveryMs: 3_600_000, limits })
  try {
    for (const followed of streams) await history.follow(followed)
    await history.write(tenant)
    const kept = await keptRows(history, tenant)
    for (const followed of streams) {
      const rows = kept.get(followed.stream) ?? []
      const fault = firstDifference(rows, await loggedRows(log, followed))
      if (fault !== null) return `history of ${tenant}/${followed.stream}: ${fault}`
      figures.kept += rows.length
    }
    const named = history.streams(tenant).reduce((sum, { files }) => sum + files, 0)
    const there = filesIn(join(directory, tenant))
    return named === there ? null : `history of ${tenant}: ${there} files are there, ${named} count`
  } finally {
    await history.close()
  }
}

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.parquet')).length
}

/** Rows of all tables, by stream, in their order; one query, as each costs a process. */
async function keptRows(history: History, tenant: string): Promise<ReadonlyMap<string, readonly Row[]>> {
  const names = history.streams(tenant).flatMap(({ stream, columns }) => (columns.length === 0 ? [] : [stream]))
  if (names.length === 0) return new Map()
  const all = names.map((name) => `SELECT '${name}' AS "$stream", * FROM "${name}"`).join(' UNION ALL BY NAME ')
  const { columns, bytes } = await history.query(tenant, `FROM (${all}) ORDER BY entry`)
  const instants = columns.filter(({ type }) => type === 'TIMESTAMP').map(({ name }) => name)
  const rows = JSON.parse(new TextDecoder().decode(bytes)) as (Record<string, unknown> & { $stream: string })[]
  for (const row of rows) for (const name of instants) row[name] = row[name] === null ? null : Date.parse(row[name] as string)
  const byStream = new Map<string, Row[]>(names.map((name) => [name, []]))
  for (const { $stream, ...row } of rows) byStream.get($stream)?.push(row)
  return byStream
}

async function loggedRows(log: Log, { tenant, stream, result }: Followed): Promise<readonly Row[]> {
  const ids = result === undefined ? null : new ResultIds({ tenant, ...result })
  const rows: Row[] = []
  const reader = log.reader({ tenant, streams: [stream] })
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) {
    for (const piece of pieces) if (piece.chunk.kind === 'batch') rows.push(...rowsOf(piece, ids))
  }
  reader.close()
  return rows
}

function rowsOf({ chunk: { runs, payload }, from, to }: Piece, ids: ResultIds | null): Row[] {
  const batch = decodeBatch(payload)
  const places: Row[] = []
  for (let run = 0; run < runs.count; run++) {
    const accepted_at = runs.ingestionMs[run]
    for (let row = 0; row < (runs.rows[run] as number); row++) places.push({ entry: (runs.sequence[run] as number) + row, accepted_at })
  }
  if (ids !== null) ids.open(readResults(batch).rows)
  return places.map((place, row) => ({ ...valuesOf(batch, row), ...place, ...(ids !== null && { result_id: ids.id(row) }) })).slice(from, to)
}

function valuesOf({ fields, columns }: Batch, row: number): Row {
  const shown = fields.flatMap(({ name }, at) => (name.startsWith('$order') ? [] : [[plainName(name), plainValue(columns[at] as Column, row)] as const]))
  return Object.fromEntries(shown)
}

/** `$windowStart` is `window_start`. */
function plainName(name: string): string {
  return name.startsWith('$') ? name.slice(1).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name
}

function plainValue(column: Column, row: number): unknown {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  if (column.kind === 'bool') return isSet(column.values, row)
  if (column.kind === 'string') return column.dictionary.text(column.values[row] as number)
  if (column.kind === 'list') throw new Error('lists are not compared')
  return column.values[row]
}

function firstDifference(kept: readonly Row[], logged: readonly Row[]): string | null {
  for (let row = 0; row < Math.max(kept.length, logged.length); row++) {
    const [there, wanted] = [sorted(kept[row]), sorted(logged[row])]
    if (there !== wanted) return `of ${kept.length} and ${logged.length} rows, row ${row} is ${there}, in the log ${wanted}`
  }
  return null
}

/** Columns that one of several tables has not are missing in the others. */
function sorted(row: Row | undefined): string {
  const values = Object.entries(row ?? {}).filter(([, value]) => value !== null)
  return JSON.stringify(values.sort(([a], [b]) => (a < b ? -1 : 1)))
}
