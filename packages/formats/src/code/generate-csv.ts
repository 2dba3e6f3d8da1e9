import { limits } from '@millrace/plan'
import type { CsvColumns } from '../csv/header.ts'
import type { RecordRow } from '../record-row.ts'
import type { Run } from './run-state.ts'
import { compile, type Target, targetsOf } from './scope.ts'
import { missingCode, type ValueSyntax, valueCode, valueVariables } from './value-code.ts'

const lineFeed = 10
const carriageReturn = 13

/** Code for lines whose fields are those of `columns`. Tenants' names are not in it: columns are numbers. */
export function generateCsv(row: RecordRow, columns: CsvColumns, separator: number, capacity: number): Run {
  const targets = targetsOf(row)
  const slots = [...columns.slots]
  const fields = slots.map((index, slot) => fieldCode(targets, index, slot, slot === slots.length - 1, separator))
  const absent = columns.absent.map((index) => missingCode(targets[index] as Target, index))
  const code = `
return function run(bytes, view, p, end, state, row, latestMs) {
  p = p | 0; end = end | 0; row = row | 0;
  ${valueVariables}, field = p, slot = 0, start = p;
  while (p < end && row < ${capacity | 0}) {
    start = p;
    usual: {
      ${absent.join('\n')}
      ${fields.join('\n')}
      ${lineEndCode(separator, slots.length - 1)}
      row = row + 1 | 0;
      continue;
    }
    state.row = row; state.slot = slot; state.at = field;
    return start;
  }
  state.row = row;
  return p;
}`
  return compile<Run>(code, targets)
}

function fieldCode(targets: readonly Target[], index: number, slot: number, last: boolean, separator: number): string {
  const bail = `{ slot = ${slot}; break usual; }`
  const syntax: ValueSyntax = { json: false, textEnd: separator, bail }
  const target = targets[index]
  const read = target === undefined ? skipCode(syntax) : valueCode(target, index, syntax)
  const ends = last ? `d === ${separator} || d === ${lineFeed} || d === ${carriageReturn}` : `d === ${separator}`
  const maybe =
    target === undefined || target.leaf.required || target.isTime ? read : `d = bytes[p]; if (${ends}) { ${missingCode(target, index)} } else { ${read} }`
  const next = last ? '' : `if (bytes[p] !== ${separator}) ${bail} p = p + 1 | 0;`
  return `field = p;\n${maybe}\n${next}`
}

/** A field that no column takes. */
function skipCode({ textEnd, bail }: ValueSyntax): string {
  return `
  from = p;
  while ((d = bytes[p]) !== ${textEnd} && d > 31 && d < 127 && d !== 34) p = p + 1 | 0;
  if ((p - from | 0) > ${limits.valueBytes}) ${bail}`
}

/** A separator after the last field is common and harmless. */
function lineEndCode(separator: number, slot: number): string {
  const bail = `{ slot = ${slot}; break usual; }`
  return `
  if (bytes[p] === ${separator}) p = p + 1 | 0;
  if (bytes[p] === ${carriageReturn}) p = p + 1 | 0;
  if (bytes[p] !== ${lineFeed} || (p - start | 0) > ${limits.recordBytes}) ${bail}
  p = p + 1 | 0;`
}
