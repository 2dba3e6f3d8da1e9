import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Batch, type Column, decodeBatch, isSet } from '@millrace/columns'
import { ResultIds } from '@millrace/formats'
import { readResults } from '@millrace/jobs'
import type { Log, Piece } from '@millrace/log'
import { nodeFiles } from '@millrace/log'
import { foundFolders } from '../../src/files/found-folders.ts'
import type { Followed } from '../../src/followed.ts'
import { History } from '../../src/history.ts'
import { runQuery } from '../../src/query/run-query.ts'
import { tableOf } from '../../src/query/table-of.ts'
import { fileNames } from '../../src/writing/file-columns.ts'

type Row = Readonly<Record<string, unknown>>

/**
 * Opens what a process left of its history over the log it left, writes what is missing, and holds every row of every stream against the log's:
 * each once, with all values and the id that it has outside. Answers what is wrong; null: nothing.
 */
export async function faultInHistory(directory: string, log: Log, streams: readonly Followed[], figures: { kept: number }): Promise<string | null> {
  const history = await History.open({ log, directory, writeEveryMs: 3_600_000 })
  try {
    for (const followed of streams) {
      await history.follow(followed)
      await history.write(followed.tenant, followed.stream)
    }
  } finally {
    await history.close()
  }
  for (const followed of streams) {
    const kept = await keptRows(directory, followed)
    const fault = firstDifference(kept, await loggedRows(log, followed)) ?? strayFile(directory, await tableIn(directory, followed))
    if (fault !== null) return `history of ${followed.tenant}/${followed.stream}: ${fault}`
    figures.kept += kept.length
  }
  return null
}

async function tableIn(directory: string, { tenant, stream }: Followed) {
  const found = (await foundFolders(nodeFiles, directory)).find(({ tenant: of, folder }) => of === tenant && folder.manifest.stream === stream)
  return found === undefined ? null : { folder: found.folder, table: tableOf(found.folder, found.folder.manifest) }
}

function strayFile(_: string, found: Awaited<ReturnType<typeof tableIn>>): string | null {
  if (found === null) return null
  const named = new Set(found.table.paths)
  const there = readdirSync(found.folder.directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('parquet'))
  const stray = there.find((name) => !named.has(found.folder.pathOf(name)))
  return stray === undefined ? null : `${stray} is named by no manifest`
}

async function keptRows(directory: string, followed: Followed): Promise<readonly Row[]> {
  const found = await tableIn(directory, followed)
  if (found === null || found.table.columns.length === 0) return []
  const own = await mkdtemp(join(directory, '.queries', 'check-'))
  const limits = { timeMs: 60_000, memoryBytes: 512 << 20, temporaryBytes: 1 << 30, threads: 1, maxRows: 10_000_000, maxBytes: 1 << 30 }
  const sql = `SELECT * FROM "${followed.stream}" ORDER BY entry`
  const reply = await runQuery({ tables: [found.table], directory: own, sql, params: {}, format: 'json', limits })
  await rm(own, { recursive: true })
  if (reply.kind === 'failed') throw new Error(reply.reason)
  const instants = reply.columns.filter(({ type }) => type === 'TIMESTAMP').map(({ name }) => name)
  const rows = JSON.parse(new TextDecoder().decode(reply.bytes)) as Record<string, unknown>[]
  for (const row of rows) for (const name of instants) row[name] = row[name] === null ? null : Date.parse(row[name] as string)
  return rows
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
  const names = fileNames(batch.fields)
  const places: Row[] = []
  for (let run = 0; run < runs.count; run++) {
    const accepted_at = runs.ingestionMs[run]
    for (let row = 0; row < (runs.rows[run] as number); row++) places.push({ entry: (runs.sequence[run] as number) + row, accepted_at })
  }
  if (ids !== null) ids.open(readResults(batch).rows)
  return places.map((place, row) => ({ ...valuesOf(batch, names, row), ...place, ...(ids !== null && { result_id: ids.id(row) }) })).slice(from, to)
}

function valuesOf({ fields, columns }: Batch, names: readonly string[], row: number): Row {
  const shown = fields.flatMap(({ name }, at) => (name.startsWith('$order') ? [] : [[names[at] as string, plainValue(columns[at] as Column, row)] as const]))
  return Object.fromEntries(shown)
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

/** Older files may lack columns that are missing in the log. */
function sorted(row: Row | undefined): string {
  return JSON.stringify(
    Object.entries(row ?? {})
      .filter(([, value]) => value !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
