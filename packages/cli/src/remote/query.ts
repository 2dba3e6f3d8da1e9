import { writeFileSync } from 'node:fs'
import type { Analysis, AnalysisRun, HistoryAnswer, HistoryQuery, HistoryTable } from '@millrace/api'
import { MillraceError } from '@millrace/plan'
import type { QueryFlags } from '../commands/query.ts'
import { reasonOf } from '../failure.ts'
import { hint } from '../nearest.ts'
import { scalar } from '../option-values.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { bytesCell, instantCell } from '../show/cells.ts'
import { printTable } from '../show/text-table.ts'
import type { Remote } from './remote.ts'

/** Asks the history; Ctrl-C ends the query on the server, too. Errors: CLI_QUERY_NONE, CLI_QUERY_FILE, CLI_OPTION_VALUE, those of the client. */
export async function query(remote: Remote, sql: string | undefined, flags: QueryFlags): Promise<void> {
  if (flags.tables === true) await showTables(remote)
  else if (flags.analyses === true) await showAnalyses(remote)
  else await ask(remote, sql, flags)
}

async function ask(remote: Remote, sql: string | undefined, flags: QueryFlags): Promise<void> {
  if ((sql === undefined) === (flags.analysis === undefined)) throw new MillraceError('CLI_QUERY_NONE')
  const { format = remote.json ? 'json' : 'table', out } = flags
  if ((format === 'arrow' || format === 'parquet') && out === undefined) throw new MillraceError('CLI_QUERY_FILE', { format })
  const interrupt = onInterrupt()
  const ended = new AbortController()
  void interrupt.stopped.then(() => ended.abort())
  try {
    if (format === 'table' || format === 'json') showAnswer(remote, await answered(remote, sql, flags, ended.signal), format, flags)
    else write(remote, await file(remote, sql, flags, format, ended.signal), out)
  } finally {
    interrupt.release()
  }
}

async function answered({ client }: Remote, sql: string | undefined, flags: QueryFlags, signal: AbortSignal): Promise<HistoryAnswer> {
  if (sql !== undefined) return await client.queryHistory(questionOf(sql, flags), { signal })
  const [name, run] = await analysisOf(client, flags)
  return await client.runAnalysis(name, run, { signal })
}

async function file({ client }: Remote, sql: string | undefined, flags: QueryFlags, format: 'csv' | 'arrow' | 'parquet', signal: AbortSignal) {
  if (sql !== undefined) return await client.queryHistoryAs(format, questionOf(sql, flags), { signal })
  const [name, run] = await analysisOf(client, flags)
  return await client.runAnalysisAs(format, name, run, { signal })
}

function questionOf(sql: string, flags: QueryFlags): HistoryQuery {
  return { sql, params: Object.fromEntries(namedOf(flags)), ...limitsOf(flags) }
}

/** Values of lists are parted by commas. Errors: CLI_OPTION_VALUE. */
async function analysisOf(client: Remote['client'], flags: QueryFlags): Promise<readonly [string, AnalysisRun]> {
  const { items } = await client.listAnalyses()
  const names = items.map(({ name }) => name)
  const found = items.find(({ name }) => name === flags.analysis)
  if (found === undefined) {
    const context = {
      option: '--analysis',
      expected: `one of ${names.join(', ')}`,
      text: flags.analysis,
      example: names[0],
      hint: hint(flags.analysis ?? '', names),
    }
    throw new MillraceError('CLI_OPTION_VALUE', context)
  }
  const isList = (name: string): boolean => found.params.find((param) => param.name === name)?.kind === 'columns'
  const values = namedOf(flags).map(([name, value]) => [name, isList(name) ? String(value).split(',') : value] as const)
  return [found.name, { values: Object.fromEntries(values), ...limitsOf(flags) }]
}

function namedOf({ param = [] }: QueryFlags): readonly (readonly [string, string | number | boolean])[] {
  return param.map((text) => {
    const equals = text.indexOf('=')
    if (equals <= 0) throw new MillraceError('CLI_OPTION_VALUE', { option: '--param', expected: 'NAME=VALUE', text, example: 'limit=30', hint: '' })
    return [text.slice(0, equals), scalar(text.slice(equals + 1))]
  })
}

function limitsOf({ rows, time }: QueryFlags): Pick<HistoryQuery, 'limits'> {
  return rows === undefined && time === undefined ? {} : { limits: { rows, timeMs: time } }
}

function showAnswer(remote: Remote, answer: HistoryAnswer, format: 'table' | 'json', { out, rows: asked }: QueryFlags): void {
  const { terminal } = remote
  if (out !== undefined || format === 'json') write(remote, Buffer.from(`${JSON.stringify(answer, null, 2)}\n`), out)
  else {
    const columns = answer.columns.map(({ name }) => [name, (row: HistoryAnswer['rows'][number]) => cellOf(row[name])] as const)
    printTable(terminal, columns, answer.rows, 'There are no rows.')
    terminal.err(`${answer.rows.length} rows in ${answer.tookMs} ms${answer.truncated ? `; ${moreText(answer, asked)}` : ''}\n`)
  }
}

/** Where there are fewer than --rows asks for, the server lets no more through. */
function moreText({ rows }: HistoryAnswer, asked: number | undefined): string {
  return rows.length === asked ? "there are more: a higher --rows shows them, up to the server's limits" : "there are more than the server's limits let through"
}

function cellOf(value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)
}

function write({ terminal }: Remote, bytes: Uint8Array, out: string | undefined): void {
  if (out === undefined) {
    terminal.out(Buffer.from(bytes).toString())
    return
  }
  try {
    writeFileSync(out, bytes)
  } catch (failure) {
    throw new MillraceError('CLI_OUTPUT_FAILED', { file: out, reason: reasonOf(failure), remedy: 'Check the folder and its permissions.' }, { cause: failure })
  }
  terminal.err(`Wrote ${out}, ${bytesCell(bytes.length)}.\n`)
}

async function showTables({ client, terminal, show }: Remote): Promise<void> {
  const tables = await client.listTables()
  show(tables, () => printTable(terminal, tableColumns, tables.items, 'The history holds nothing yet.'))
}

const tableColumns = [
  ['table', ({ name }: HistoryTable) => name],
  ['rows', ({ rows }: HistoryTable) => rows],
  ['size', ({ bytes }: HistoryTable) => bytesCell(bytes)],
  ['from', ({ fromMs }: HistoryTable) => instantCell(fromMs)],
  ['to', ({ toMs }: HistoryTable) => instantCell(toMs)],
  ['columns', ({ columns }: HistoryTable) => columns.map(({ name }) => name).join(', ')],
  ['', ({ failing }: HistoryTable) => failing ?? ''],
] as const

async function showAnalyses({ client, terminal, show }: Remote): Promise<void> {
  const analyses = await client.listAnalyses()
  show(analyses, () => printTable(terminal, analysisColumns, analyses.items, 'There are none.'))
}

const analysisColumns = [
  ['analysis', ({ name }: Analysis) => name],
  ['takes', ({ params }: Analysis) => params.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ')],
  ['about', ({ about }: Analysis) => about],
] as const
