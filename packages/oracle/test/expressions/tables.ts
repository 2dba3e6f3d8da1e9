import type { Expression, FunctionName } from '@millrace/plan'
import { literalOf } from './literals.ts'

/** A truth table: inputs by name, then results of calls over them. */
export interface TruthTable {
  readonly line: number
  readonly inputs: readonly string[]
  readonly calls: readonly { readonly text: string; readonly expression: Expression }[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

/** The truth tables of a page: those in whose heading a call stands in code. */
export function tablesIn(page: string): TruthTable[] {
  const lines = page.split('\n')
  return lines.flatMap((line, at) => (isRuler(line) && lines[at - 1]?.includes('(') ? [tableAt(lines, at)] : []))
}

const isRuler = (line: string): boolean => /^(\| ?-+ ?)+\|$/.test(line)

function tableAt(lines: readonly string[], ruler: number): TruthTable {
  const headings = cellsOf(lines[ruler - 1] as string)
  const end = lines.findIndex((line, at) => at > ruler && !line.startsWith('|'))
  const rows = lines.slice(ruler + 1, end).map((line, at) => ({ line: ruler + at + 2, cells: cellsOf(line).map(code) }))
  const calls = headings.filter((heading) => heading.startsWith('`')).map((heading) => ({ text: code(heading), expression: parse(code(heading)) }))
  return { line: ruler, inputs: headings.filter((heading) => !heading.startsWith('`')), calls, rows }
}

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split(' | ')
    .map((cell) => cell.trim())
const code = (cell: string): string => cell.slice(1, -1)

/** `slice(s, 1)` as an expression: names are columns, all else literals. */
function parse(text: string): Expression {
  const open = text.indexOf('(')
  if (text.startsWith("'") || open < 0) return /^[a-z]$/.test(text) ? { kind: 'column', name: text } : { kind: 'literal', value: literalOf(text).constant }
  return { kind: 'call', name: text.slice(0, open) as FunctionName, args: argumentsOf(text.slice(open + 1, -1)).map(parse) }
}

/** Splits at the commas that stand in no inner call or string. */
function argumentsOf(text: string): string[] {
  const args = ['']
  let depth = 0
  let quoted = false
  for (const character of text) {
    if (character === "'") quoted = !quoted
    if (!quoted) depth += character === '(' ? 1 : character === ')' ? -1 : 0
    if (character === ',' && depth === 0 && !quoted) args.push('')
    else args[args.length - 1] += character
  }
  return args.map((arg) => (arg.trimStart().startsWith("'") ? arg.trimStart() : arg.trim()))
}
