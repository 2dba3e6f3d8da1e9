import { plainText } from '../plain-text.ts'
import { coloured, type Terminal } from '../terminal.ts'

/** A column of a table: its name and what it shows of an item. Numbers stand at the right. */
export type Shown<Item> = readonly [name: string, cell: (item: Item) => string | number | null]

/** Prints items in aligned columns; what is missing is a dash. Nothing but `none` where there are no items. */
export function printTable<Item>(terminal: Terminal, columns: readonly Shown<Item>[], items: readonly Item[], none: string): void {
  if (items.length === 0) {
    terminal.err(`${none}\n`)
    return
  }
  const cells = items.map((item) => columns.map(([, cell]) => cell(item)))
  const texts = cells.map((row) => row.map((cell) => plainText(String(cell ?? '-'))))
  const isNumber = columns.map((_, at) => cells.every((row) => typeof row[at] === 'number' || row[at] === null))
  const names = columns.map(([name]) => name)
  const widths = names.map((name, at) => Math.max(name.length, ...texts.map((row) => (row[at] as string).length)))
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) => (isNumber[at] ? text.padStart(widths[at] as number) : text.padEnd(widths[at] as number)))
      .join('  ')
      .trimEnd()
  terminal.out(`${coloured(terminal.outColours, 'dim', line(names))}\n${texts.map((row) => `${line(row)}\n`).join('')}`)
}

/** Prints names and values, one a line. */
export function printFacts(terminal: Terminal, facts: readonly (readonly [name: string, value: string | number | null])[]): void {
  const width = Math.max(...facts.map(([name]) => name.length))
  for (const [name, value] of facts) terminal.out(`${coloured(terminal.outColours, 'dim', name.padEnd(width))}  ${plainText(String(value ?? '-'))}\n`)
}
