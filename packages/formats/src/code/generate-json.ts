import { limits } from '@millrace/plan'
import type { ShapeSlot } from '../json/shape-notes.ts'
import type { RecordRow } from '../record-row.ts'
import type { Judge, Run } from './run-state.ts'
import { compile, type Target, targetsOf } from './scope.ts'
import { freshCode, missingCode, type ValueSyntax, valueCode, valueVariables } from './value-code.ts'

/** A record's text apart from its values: literal i stands before slot i, one more behind the last. */
export interface Shape {
  readonly slots: readonly ShapeSlot[]
  readonly literals: readonly Uint8Array[]
  /** Columns that the shape leaves out, or that are null in it. */
  readonly absent: readonly number[]
  /** What the literal text itself does wrong: all records of the shape are bad. */
  readonly flaw: Flaw | null
  /** The record does not fit in its last slot: the code reads up to there, and no literal follows. */
  readonly stuck: boolean
}

export interface Flaw {
  readonly fault: number
  readonly column: number
  /** The text that shows it, in bytes before the end of the last literal. */
  readonly shownFrom: number
  readonly shownTo: number
  readonly keyKnown: boolean
}

/**
 * Code for records of one shape. The literal text is in it as numbers. `lines`: the last literal holds the line feed;
 * else what may stand between records is skipped. The judge's slot is the number of the value that stopped the code,
 * ~n where literal n differs, and the number of all slots where the record has the shape's flaw.
 */
export function generateJson(row: RecordRow, shape: Shape, lines: boolean, judge: Judge): Run {
  const targets = targetsOf(row)
  const { slots, flaw } = shape
  const absent = shape.absent.map((index) => missingCode(targets[index] as Target, index)).join('\n')
  const parts = shape.literals.map((literal, i) => {
    const slot = slots[i]
    const stops = shape.stuck && i === slots.length - 1
    return `${compareCode(literal, i)}\n${stops ? `field = p; slot = ${i}; break usual;` : slot === undefined ? '' : slotCode(targets, slot, i)}`
  })
  const between = lines ? '' : 'while ((d = bytes[p]) === 44 || d === 32 || (d > 8 && d < 14) || d === 91 || d === 93) p = p + 1 | 0;'
  const code = `
return function run(bytes, view, p, end, state, row, latestMs) {
  p = p | 0; end = end | 0; row = row | 0;
  ${valueVariables}, start = p, field = p, slot = 0, next = 0;
  while (p < end && row < ${row.batchRows | 0}) {
    start = p;
    usual: {
      ${parts.join('\n')}
      if ((p - start | 0) > ${limits.recordBytes}) { slot = -1; break usual; }
      ${absent}
      ${flaw === null ? `${between} row = row + 1 | 0; continue;` : `slot = ${slots.length};`}
    }
    next = judge.refuse(bytes, view, start, end, slot, field, p, row) | 0;
    ${targets.map(freshCode).join('\n')}
    if (next === 0) {
      state.row = row;
      return start;
    }
    p = next;
    ${between}
  }
  state.row = row;
  return p;
}`
  return compile<Run>(code, targets, judge)
}

/** Four bytes at a time; the last four may overlap those before. */
function compareCode(literal: Uint8Array, number: number): string {
  const { length } = literal
  if (length === 0) return ''
  const view = new DataView(literal.buffer, literal.byteOffset, length)
  const tests: string[] = []
  if (length < 4) for (let i = 0; i < length; i++) tests.push(`bytes[p + ${i} | 0] !== ${literal[i]}`)
  for (let i = 0; length >= 4 && i < length; i += 4) {
    const at = Math.min(i, length - 4)
    tests.push(`view.getInt32(p + ${at} | 0, true) !== ${view.getInt32(at, true)}`)
  }
  return `if (${tests.join(' || ')}) { slot = ${~number}; break usual; } p = p + ${length} | 0;`
}

function slotCode(targets: readonly Target[], slot: ShapeSlot, number: number): string {
  const bail = `{ slot = ${number}; break usual; }`
  if (slot.kind === 'skipped') return `field = p; ${slot.quoted ? skipTextCode(bail) : skipNumberCode(bail)}`
  const syntax: ValueSyntax = { json: true, textEnd: 34, bail }
  const target = targets[slot.column] as Target
  const read = `field = p; ${valueCode(target, slot.column, syntax)}`
  if (slot.quoted || target.leaf.required || target.isTime) return read
  return `if (view.getInt32(p, true) === 0x6c6c756e) { ${missingCode(target, slot.column)} p = p + 4 | 0; } else { ${read} }`
}

const skipTextCode = (bail: string): string => `
  while ((d = bytes[p]) !== 34 && d > 31 && d < 127 && d !== 92) p = p + 1 | 0;
  if (d !== 34) ${bail}`

/** -?(0|[1-9]digits)(.digits)?; the literal behind refuses what else a number may have. */
const skipNumberCode = (bail: string): string => `
  if (bytes[p] === 45) p = p + 1 | 0;
  from = p; while ((bytes[p] ^ 48) < 10) p = p + 1 | 0;
  if (p === from || (bytes[from] === 48 && (p - from | 0) > 1)) ${bail}
  if (bytes[p] === 46) { p = p + 1 | 0; from = p; while ((bytes[p] ^ 48) < 10) p = p + 1 | 0; if (p === from) ${bail} }`
