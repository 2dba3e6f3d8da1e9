import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './imports.ts'

/** A line of bench/results.json. */
interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly min: number
  readonly max: number
  readonly goal: number | null
  readonly met: boolean | null
  /** The same work, in the same run, by another engine. */
  readonly peer?: { readonly name: string; readonly value: number }
}

const results = join(root, 'bench', 'results.json')
const readme = join(root, 'README.md')

/** The README's table of what was measured last; null where nothing was. */
export function figuresTable(): string | null {
  if (!existsSync(results)) return null
  const figures = JSON.parse(readFileSync(results, 'utf8')) as readonly Figure[]
  const rows = figures.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${figure.unit}`,
    `${shown(figure.min)} to ${shown(figure.max)}`,
    goal(figure),
    peer(figure),
  ])
  return table([['work', 'median', 'min to max', 'goal', 'beside it'], ...rows])
}

/** The README with the table between its two marks. */
export function withFigures(text: string, figures: string): string {
  return text.replace(/<!-- bench -->[\s\S]*?<!-- \/bench -->/, () => `<!-- bench -->\n\n${figures}\n\n<!-- /bench -->`)
}

function goal({ goal, met, unit }: Figure): string {
  if (goal === null) return ''
  return `${shown(goal)} ${unit}${met === false ? ', missed' : ''}`
}

function peer({ peer, value, unit }: Figure): string {
  if (peer === undefined) return ''
  const ratio = unit.endsWith('/s') ? value / peer.value : peer.value / value
  return `${peer.name}: ${shown(peer.value)} ${unit} (${ratio.toFixed(1)} x)`
}

function shown(value: number): string {
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toFixed(1)} M`
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 })
}

/** A table as the formatter writes it: columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n')
}

if (process.argv[1] === import.meta.filename) {
  const figures = figuresTable()
  if (figures === null) console.error('bench/results.json is not there: npm run bench writes it')
  else writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), figures))
}
