import type { Figure } from './measure.ts'

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
