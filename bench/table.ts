import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from './measure.ts'

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

/** Pages with a table between `<!-- bench -->` and `<!-- /bench -->`, and the figures in it. */
const pages: Readonly<Record<string, (figure: Figure) => boolean>> = {
  'README.md': ({ name }) => mainFigures.includes(name),
  'docs/benchmarks.md': () => true,
}

/** The pages as they are to be, by path, with the figures measured last; none where nothing was measured. */
export function pagesWithFigures(): ReadonlyMap<string, string> {
  if (!existsSync(results)) return new Map()
  const figures = JSON.parse(readFileSync(results, 'utf8')) as readonly Figure[]
  return new Map(Object.entries(pages).map(([page, shows]) => [page, withTable(readFileSync(join(root, page), 'utf8'), figuresTable(figures.filter(shows)))]))
}

function withTable(text: string, figures: string): string {
  return text.replace(/<!-- bench -->[\s\S]*?<!-- \/bench -->/, () => `<!-- bench -->\n\n${figures}\n\n<!-- /bench -->`)
}

/** Figures as a Markdown table. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${figure.unit}`,
    `${shown(figure.min)} to ${shown(figure.max)}`,
    figure.goal === null ? '' : `${shown(figure.goal)}${verdict(figure.met)}`,
    peerCell(figure),
    figure.peer?.goal == null ? '' : `${figure.peer.goal} x${verdict(figure.peer.met)}`,
  ])
  return table([['work', 'median', 'min to max', 'goal', 'DuckDB, one thread', 'goal beside it'], ...rows])
}

function verdict(met: boolean | null): string {
  if (met === null) return ''
  return met ? ', met' : ', **missed**'
}

function peerCell({ peer }: Figure): string {
  return peer === undefined ? '' : `${shown(peer.value)} (${peer.ratio.toFixed(1)} x)`
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
