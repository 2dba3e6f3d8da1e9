import type { Column, Rows } from '@millrace/columns'
import type { AlertOperator } from '@millrace/plan'
import { countText } from '../count-text.ts'
import { plainText } from '../plain-text.ts'
import { type Colour, coloured, type Terminal } from '../terminal.ts'
import { cellOf, instantText } from './cells.ts'

/** One output's rows as a table for people; keeps the first `limit` since the last `print`. */
export class Table {
  private readonly name: string
  private readonly alert: AlertOperator | null
  private readonly limit: number
  private header: readonly string[] = []
  private rightAligned: readonly boolean[] = []
  private lines: string[][] = []
  private widths: number[] = []
  private printed = 0
  private total = 0

  /** `alert`: the operator where the output is one of alerts; its tables show when, what and why first. */
  constructor(name: string, alert: AlertOperator | null, limit: number) {
    this.name = name
    this.alert = alert
    this.limit = limit
  }

  rows(rows: Rows): void {
    if (this.header.length === 0) this.open(rows)
    for (let i = 0; i < rows.count; i++) {
      this.total++
      if (this.lines.length < this.limit) this.lines.push(this.line(rows, rows.selection[i] as number))
    }
  }

  get waiting(): number {
    return this.lines.length
  }

  /** Prints what was kept since the last time, under a header where it is the first or `headed`; with `last`: also what was left out. */
  print(terminal: Terminal, last: boolean, headed = false): void {
    if (this.lines.length > 0) {
      for (const line of this.lines)
        line.forEach((cell, index) => {
          this.widths[index] = Math.max(this.widths[index] ?? 0, cell.length)
        })
      const shown = this.columnsThatFit(terminal.columns)
      if (headed || this.printed === 0) this.printHeader(terminal, shown)
      for (const line of this.lines) terminal.out(`${this.colour(terminal, line, this.text(line, shown))}\n`)
      this.printed += this.lines.length
      this.lines = []
    }
    if (last) terminal.out(this.footer())
  }

  private open(rows: Rows): void {
    const { fields } = rows.batch
    const names = this.alert === null ? fields.map((field) => field.name) : ['at', 'alert', 'severity', ...this.alert.key, 'message']
    this.header = rows.revision === null || this.alert !== null ? names : [...names, 'revision']
    this.rightAligned = this.header.map(
      (name) => name === 'revision' || ['int32', 'int64', 'float64', 'duration'].includes(String(fields.find((field) => field.name === name)?.type)),
    )
    this.widths = this.header.map((name) => plainText(name).length)
  }

  private line(rows: Rows, row: number): string[] {
    const { batch } = rows
    return this.header.map((name) => {
      if (name === 'at' && this.alert !== null) return instantText((rows.time[row] as number) + (rows.windowEnd === null ? 0 : 1))
      if (name === 'revision' && this.alert === null && rows.revision !== null) return String(rows.revision[row])
      const index = batch.fields.findIndex((field) => field.name === name)
      return cellText(batch.columns[index] as Column, row, name === 'message' && this.alert !== null ? 120 : 40)
    })
  }

  private printHeader(terminal: Terminal, shown: number): void {
    const left = shown < this.header.length ? ` (${this.header.length - shown} more column(s) do not fit)` : ''
    terminal.out(`\n${coloured(terminal.outColours, 'bold', plainText(this.name))}${left}\n`)
    terminal.out(`${coloured(terminal.outColours, 'dim', this.text(this.header.map(plainText), shown))}\n`)
  }

  private columnsThatFit(columns: number): number {
    let used = 0
    for (let index = 0; index < this.widths.length; index++) {
      used += (this.widths[index] as number) + 2
      if (used - 2 > columns && index > 0 && this.alert === null) return index
    }
    return this.widths.length
  }

  private text(line: readonly string[], shown: number): string {
    return line
      .slice(0, shown)
      .map((cell, index) => (this.rightAligned[index] ? cell.padStart(this.widths[index] as number) : cell.padEnd(this.widths[index] as number)))
      .join('  ')
      .trimEnd()
  }

  private colour(terminal: Terminal, line: readonly string[], text: string): string {
    const colour = this.alert === null ? null : colourOf(line[1] as string, line[2] as string)
    return colour === null ? text : coloured(terminal.outColours, colour, text)
  }

  private footer(): string {
    if (this.total === 0) return `\n${plainText(this.name)}: no rows\n`
    const left = this.total - this.printed
    return left === 0 ? '' : `... and ${countText(left)} more row(s); --limit shows more, --out DIR --format ndjson writes all\n`
  }
}

function colourOf(event: string, severity: string): Colour | null {
  if (event === 'clear') return 'green'
  if (event === 'withdraw') return 'dim'
  return severity === 'critical' ? 'red' : severity === 'warning' ? 'yellow' : null
}

function cellText(column: Column, row: number, longest: number): string {
  const cell = cellOf(column, row)
  if (cell === null) return '-'
  const text = plainText(typeof cell === 'object' ? JSON.stringify(cell) : numberText(cell))
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text
}

function numberText(cell: number | string | boolean): string {
  return typeof cell === 'number' && !Number.isInteger(cell) ? String(Number(cell.toPrecision(10))) : String(cell)
}
