import { limits } from '@millrace/plan'
import type { CsvColumns } from '../csv/header.ts'
import type { RecordRow } from '../record-row.ts'
import type { Judge, Run } from './run-state.ts'
import { compile, type Target, targetsOf } from './scope.ts'
import { freshCode, missingCode, type ValueSyntax, valueCode, valueVariables } from './value-code.ts'

const lineFeed = 10
const carriageReturn = 13

/**
 * Code for lines whose fields are those of `columns`. Tenants' names are not in it: columns are numbers. The judge's
 * slot is the number of the field that stopped it, the number of all fields where more follow, and ~n where the line
 * ends before field n.
 */
export function generateCsv(row: RecordRow, columns: CsvColumns, separator: number, capacity: number, judge: Judge): Run {
  const targets = targetsOf(row)
  const slots = [...columns.slots]
  const fields = fieldsCode(targets, slots, separator)
  const absent = columns.absent.map((index) => missingCode(targets[index] as Target, index))
  const code = `
return function run(bytes, view, p, end, state, row, latestMs) {
  p = p | 0; end = end | 0; row = row | 0;
  ${valueVariables}, field = p, slot = 0, start = p, next = 0;
  while (p < end && row < ${capacity | 0}) {
    start = p;
    usual: {
      ${absent.join('\n')}
      ${fields.join('\n')}
      ${lineEndCode(separator, slots.length)}
      row = row + 1 | 0;
      continue;
    }
    next = judge.refuse(bytes, view, start, end, slot, field, p, row) | 0;
    if (next === 0) {
      state.row = row; state.slot = slot < 0 ? -slot - 2 | 0 : slot === ${slots.length} ? ${slots.length - 1} : slot; state.at = field;
      return start;
    }
    p = next;
    ${targets.map(freshCode).join('\n')}
  }
  state.row = row;
  return p;
}`
  return compile<Run>(code, targets, judge)
}

/** Fields in a row that no column takes are one loop: the code is as long as the schema is, whatever a header names. */
function fieldsCode(targets: readonly Target[], slots: readonly number[], separator: number): readonly string[] {
  const codes: string[] = []
  for (let slot = 0; slot < slots.length; slot++) {
    let to = slot
    while (to < slots.length - 1 && targets[slots[to] as number] === undefined) to++
    if (to > slot) codes.push(skipFieldsCode(slot, to, separator))
    slot = to
    codes.push(fieldCode(targets, slots[slot] as number, slot, slot === slots.length - 1, separator))
  }
  return codes
}

function skipFieldsCode(from: number, to: number, separator: number): string {
  return `
  for (slot = ${from}; slot < ${to}; slot = slot + 1 | 0) {
    field = p;
    ${skipCode({ json: false, textEnd: separator, bail: '{ break usual; }' })}
    if (bytes[p] !== ${separator}) { if (${isLineEnd}) slot = ~(slot + 1); break usual; }
    p = p + 1 | 0;
  }`
}

function fieldCode(targets: readonly Target[], index: number, slot: number, last: boolean, separator: number): string {
  const bail = `{ slot = ${slot}; break usual; }`
  const syntax: ValueSyntax = { json: false, textEnd: separator, bail }
  const target = targets[index]
  const read = target === undefined ? skipCode(syntax) : valueCode(target, index, syntax)
  const ends = last ? `d === ${separator} || d === ${lineFeed} || d === ${carriageReturn}` : `d === ${separator}`
  const maybe =
    target === undefined || target.leaf.required || target.isTime ? read : `d = bytes[p]; if (${ends}) { ${missingCode(target, index)} } else { ${read} }`
  const next = last ? '' : `if (bytes[p] !== ${separator}) { slot = ${isLineEnd} ? ${~(slot + 1)} : ${slot}; break usual; } p = p + 1 | 0;`
  return `field = p;\n${maybe}\n${next}`
}

const isLineEnd = `bytes[p] === ${lineFeed} || (bytes[p] === ${carriageReturn} && bytes[p + 1 | 0] === ${lineFeed})`

/** A field that no column takes. */
function skipCode({ textEnd, bail }: ValueSyntax): string {
  return `
  from = p;
  while ((d = bytes[p]) !== ${textEnd} && d > 31 && d < 127 && d !== 34) p = p + 1 | 0;
  if ((p - from | 0) > ${limits.valueBytes}) ${bail}`
}

/** A separator after the last field is common and harmless. */
function lineEndCode(separator: number, slots: number): string {
  return `
  slot = ${slots - 1};
  if (bytes[p] === ${separator}) { slot = ${slots}; p = p + 1 | 0; }
  from = p;
  if (bytes[p] === ${carriageReturn}) p = p + 1 | 0;
  if (bytes[p] !== ${lineFeed} || (p - start | 0) > ${limits.recordBytes}) { p = from; break usual; }
  p = p + 1 | 0;`
}
