import { limits } from '@millrace/plan'
import type { ShapeSlot } from '../json/shape-notes.ts'
import type { RecordRow } from '../record-row.ts'
import type { Run } from './run-state.ts'
import { compile, type Target, targetsOf } from './scope.ts'
import { missingCode, type ValueSyntax, valueCode, valueVariables } from './value-code.ts'

/** A record's text apart from its values: literal i stands before slot i, one more behind the last. */
export interface Shape {
  readonly slots: readonly ShapeSlot[]
  readonly literals: readonly Uint8Array[]
  /** Columns that the shape leaves out. */
  readonly absent: readonly number[]
  /** A required column among them: all records of the shape are bad; -1: none. */
  readonly lacking: number
  /** The record does not fit in its last slot: the code reads up to there, and no literal follows. */
  readonly stuck: boolean
}

/** `state.slot` where the literal text differs, and where a record of a bad shape was read whole. */
export const otherText = -1
export const badShape = -2

const differs = `{ slot = ${otherText}; break usual; }`

/**
 * Code for records of one shape. The literal text is in it as numbers. `lines`: the last literal holds the line feed;
 * else what may stand between records is skipped.
 */
export function generateJson(row: RecordRow, shape: Shape, lines: boolean): Run {
  const targets = targetsOf(row)
  const absent = shape.absent.map((index) => missingCode(targets[index] as Target, index))
  const parts = shape.literals.map((literal, i) => {
    const slot = shape.slots[i]
    const stops = shape.stuck && i === shape.slots.length - 1
    return `${compareCode(literal)}\n${stops ? `field = p; slot = ${i}; break usual;` : slot === undefined ? '' : slotCode(targets, slot, i)}`
  })
  const bad = `state.row = row; state.slot = ${badShape}; state.at = p; return start;`
  const between = 'while ((d = bytes[p]) === 44 || d === 32 || (d > 8 && d < 14) || d === 91 || d === 93) p = p + 1 | 0;'
  const code = `
return function run(bytes, view, p, end, state, row, latestMs) {
  p = p | 0; end = end | 0; row = row | 0;
  ${valueVariables}, start = p, field = p, slot = ${otherText};
  while (p < end && row < ${row.batchRows | 0}) {
    start = p;
    usual: {
      ${parts.join('\n')}
      if ((p - start | 0) > ${limits.recordBytes}) ${differs}
      ${shape.lacking >= 0 ? bad : `${absent.join('\n')} ${lines ? '' : between} row = row + 1 | 0; continue;`}
    }
    ${targets.map(freshCode).join('\n')}
    state.row = row; state.slot = slot; state.at = field;
    return start;
  }
  state.row = row; state.slot = ${otherText};
  return p;
}`
  return compile<Run>(code, targets)
}

/** Undoes what a record that did not fit left in bitmaps: another shape's code takes the row as fresh. */
function freshCode({ builder }: Target, index: number): string {
  const bits = builder.kind === 'bool' ? `c${index}[row >> 3] &= ~(1 << (row & 7));` : ''
  return builder.validity === null ? bits : `${bits} v${index}[row >> 3] |= 1 << (row & 7);`
}

/** Four bytes at a time; the last four may overlap those before. */
function compareCode(literal: Uint8Array): string {
  const { length } = literal
  if (length === 0) return ''
  const view = new DataView(literal.buffer, literal.byteOffset, length)
  const tests: string[] = []
  if (length < 4) for (let i = 0; i < length; i++) tests.push(`bytes[p + ${i} | 0] !== ${literal[i]}`)
  for (let i = 0; length >= 4 && i < length; i += 4) {
    const at = Math.min(i, length - 4)
    tests.push(`view.getInt32(p + ${at} | 0, true) !== ${view.getInt32(at, true)}`)
  }
  return `if (${tests.join(' || ')}) ${differs} p = p + ${length} | 0;`
}

function slotCode(targets: readonly Target[], slot: ShapeSlot, number: number): string {
  if (slot.kind === 'skipped') return slot.quoted ? skipTextCode : skipNumberCode
  const syntax: ValueSyntax = { json: true, textEnd: 34, bail: `{ slot = ${number}; break usual; }` }
  const target = targets[slot.column] as Target
  const read = `field = p; ${valueCode(target, slot.column, syntax)}`
  if (slot.quoted || target.leaf.required || target.isTime) return read
  return `if (view.getInt32(p, true) === 0x6c6c756e) { ${missingCode(target, slot.column)} p = p + 4 | 0; } else { ${read} }`
}

const skipTextCode = `
  while ((d = bytes[p]) !== 34 && d > 31 && d < 127 && d !== 92) p = p + 1 | 0;
  if (d !== 34) ${differs}`

/** -?(0|[1-9]digits)(.digits)?; the literal behind refuses what else a number may have. */
const skipNumberCode = `
  if (bytes[p] === 45) p = p + 1 | 0;
  from = p; while ((bytes[p] ^ 48) < 10) p = p + 1 | 0;
  if (p === from || (bytes[from] === 48 && (p - from | 0) > 1)) ${differs}
  if (bytes[p] === 46) { p = p + 1 | 0; from = p; while ((bytes[p] ^ 48) < 10) p = p + 1 | 0; if (p === from) ${differs} }`
