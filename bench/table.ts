import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure, Table } from './measure.ts'

const root = join(import.meta.dirname, '..')
const results = join(root, 'bench', 'results.json')

/** Figures of the README; docs/benchmarks.md has all. */
export const mainFigures: readonly string[] = [
  'CSV to columns',
  'NDJSON to columns',
  'columns to tumbling 10 min',
  'CSV to tumbling 10 min',
  'NDJSON to tumbling 10 min',
  'CSV to tumbling 10 min to NDJSON file',
  'CSV to hopping 1 min/5 s',
  'many keys, all live in 2 day windows',
  'memory of a live (key, window), as the process grows',
  'millrace run, peak memory of the process',
  'start of millrace run, 100 rows',
]

/** Pages with tables between `<!-- bench -->` and `<!-- /bench -->`, `<!-- bench log -->` and `<!-- /bench log -->` ..., and the figures in them. */
const pages: Readonly<Record<string, (figure: Figure) => boolean>> = {
  'README.md': ({ name }) => mainFigures.includes(name),
  'docs/benchmarks.md': () => true,
}
const tables: readonly (Table | undefined)[] = [undefined, 'log', 'jobs', 'server']

/** The pages as they are to be, by path, with the figures measured last; none where nothing was measured. */
export function pagesWithFigures(): ReadonlyMap<string, string> {
  if (!existsSync(results)) return new Map()
  const figures = JSON.parse(readFileSync(results, 'utf8')) as readonly Figure[]
  return new Map(Object.entries(pages).map(([page, shows]) => [page, withTables(readFileSync(join(root, page), 'utf8'), figures.filter(shows))]))
}

function withTables(text: string, figures: readonly Figure[]): string {
  return tables.reduce((page, name) => {
    const mark = name === undefined ? 'bench' : `bench ${name}`
    const rows = figures.filter(({ table }) => table === name)
    return page.replace(new RegExp(`<!-- ${mark} -->[\\s\\S]*?<!-- /${mark} -->`), () => `<!-- ${mark} -->\n\n${figuresTable(rows)}\n\n<!-- /${mark} -->`)
  }, text)
}

/** Figures as Markdown tables, those of the log, of jobs and of the server in tables of their own. */
export function figuresTables(figures: readonly Figure[]): string {
  const all = tables.map((name) => figures.filter(({ table }) => table === name))
  return all
    .filter((rows) => rows.length > 0)
    .map(figuresTable)
    .join('\n\n')
}

function figuresTable(figures: readonly Figure[]): string {
  const beside = figures.some(({ peer }) => peer !== undefined)
  const rows = figures.map((figure) => [...ownCells(figure), ...(beside ? peerCells(figure) : [])])
  return table([['work', 'median', 'min to max', 'goal', ...(beside ? ['DuckDB, one thread', 'goal beside it'] : [])], ...rows])
}

function ownCells({ name, value, unit, min, max, goal, met }: Figure): readonly string[] {
  return [name, `${shown(value)} ${unit}`, `${shown(min)} to ${shown(max)}`, goal === null ? '' : `${shown(goal)}${verdict(met)}`]
}

function peerCells({ peer }: Figure): readonly string[] {
  if (peer === undefined) return ['', '']
  return [`${shown(peer.value)} (${peer.ratio.toFixed(1)} x)`, peer.goal === null ? '' : `${peer.goal} x${verdict(peer.met)}`]
}

function verdict(met: boolean | null): string {
  if (met === null) return ''
  return met ? ', met' : ', **missed**'
}

function shown(value: number): string {
  if (Math.abs(value) >= 1e5) return `${(value / 1e6).toFixed(value < 1e6 ? 2 : 1)} M`
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 })
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n')
}

if (process.argv[1] === import.meta.filename) {
  if (!existsSync(results)) console.error('bench/results.json is not there: npm run bench writes it')
  for (const [page, text] of pagesWithFigures()) writeFileSync(join(root, page), text)
}
