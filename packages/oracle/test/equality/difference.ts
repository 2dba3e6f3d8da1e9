import type { LateRow, Row } from '../../src/row.ts'
import type { Value, Values } from '../../src/value.ts'
import type { PlainRow } from '../engine/plain-rows.ts'

type EngineRow = PlainRow & { readonly watermark?: number }

/** The first difference between the rows of an engine and the oracle's, in words; null: there is none. */
export function difference(place: string, engine: readonly EngineRow[], oracle: readonly (Row | LateRow)[]): string | null {
  const rows = Math.max(engine.length, oracle.length)
  for (let at = 0; at < rows; at++) {
    const left = engine[at]
    const right = oracle[at]
    if (left === undefined || right === undefined || !isEqual(left, right))
      return `${place}, row ${at}:\n  engine ${JSON.stringify(left)}\n  oracle ${JSON.stringify(right)}`
  }
  return null
}

function isEqual(engine: EngineRow, oracle: Row | LateRow): boolean {
  const origins = (['sequence', 'revision', 'windowStart', 'windowEnd', 'element', 'origin'] as const).every((name) => engine[name] === oracle[name])
  return origins && ('watermark' in oracle ? engine.watermark === oracle.watermark : true) && valuesAgree(engine.values, oracle.values, oracle.slack)
}

function valuesAgree(engine: Values, oracle: Values, slack: number): boolean {
  const names = Object.keys(oracle)
  return names.length === Object.keys(engine).length && names.every((name) => agrees(engine[name] as Value, oracle[name] as Value, slack))
}

/** Floats agree within the row's slack (semantics V4) and the last bits of an expression; everything else is equal. */
function agrees(engine: Value, oracle: Value, slack: number): boolean {
  if (typeof engine !== 'number' || typeof oracle !== 'number' || Number.isInteger(oracle)) {
    if (slack > 0 && typeof engine === 'number' && typeof oracle === 'number') return Math.abs(engine - oracle) <= slack
    return Object.is(engine, oracle) || (typeof oracle === 'object' && JSON.stringify(engine) === JSON.stringify(oracle))
  }
  return Math.abs(engine - oracle) <= slack + 1e-15 * Math.abs(oracle)
}
