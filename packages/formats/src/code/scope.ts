import type { ColumnBuilder } from '@millrace/columns'
import type { Leaf } from '../layout.ts'
import type { RecordRow } from '../record-row.ts'
import { ClockText } from '../time/clock-text.ts'
import { TimestampReader } from '../time/timestamp-reader.ts'
import { numberSentinels, TextSentinels } from '../value/reader.ts'
import type { Judge } from './run-state.ts'

/** What code for a column must know. Names in the code are made of the column's number only. */
export interface Target {
  readonly leaf: Leaf
  readonly builder: ColumnBuilder
  readonly reader: TimestampReader | null
  /** Values that stand for missing ones; of timestamps instants. */
  readonly sentinels: readonly number[]
  readonly textSentinels: TextSentinels
  /** Event times are checked against the latest that is allowed. */
  readonly isTime: boolean
}

export function targetsOf(row: RecordRow): readonly Target[] {
  return row.layout.leaves.map((leaf, i) => {
    const reader = row.readers[i]
    const timestamp = reader instanceof TimestampReader ? reader : null
    return {
      leaf,
      builder: row.builder.columns[i] as ColumnBuilder,
      reader: timestamp,
      sentinels: timestamp?.sentinels ?? numberSentinels(leaf),
      textSentinels: new TextSentinels(leaf),
      isTime: i === row.layout.timeIndex,
    }
  })
}

const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const wholePowers = Int32Array.from({ length: 10 }, (_, exponent) => 10 ** exponent)

const mostShared = 256
const shared = new Map<string, (...values: readonly unknown[]) => unknown>()

/** Decoders of one shape share their code, which V8 then compiles and optimises once; the oldest is forgotten. */
function sharedCode(names: readonly string[], code: string): (...values: readonly unknown[]) => unknown {
  const text = `'use strict'\n${code}`
  const key = `${names.join()}\n${text}`
  const known = shared.get(key)
  if (known !== undefined) return known
  const made = new Function(...names, text) as (...values: readonly unknown[]) => unknown
  const [oldest] = shared.keys()
  if (shared.size >= mostShared && oldest !== undefined) shared.delete(oldest)
  shared.set(key, made)
  return made
}

/** Makes a function of generated code whose free names are the columns' arrays, the judge and these tables. */
export function compile<F>(code: string, targets: readonly Target[], judge: Judge): F {
  const scope = new Map<string, unknown>([
    ['judge', judge],
    ['powers', powers],
    ['wholePowers', wholePowers],
  ])
  for (const [i, { builder, reader, textSentinels }] of targets.entries()) {
    if (builder.kind === 'list') continue
    scope.set(`c${i}`, builder.values)
    scope.set(`v${i}`, builder.validity)
    if (builder.kind === 'string') scope.set(`s${i}`, builder)
    scope.set(`g${i}`, textSentinels)
    if (reader === null) continue
    scope.set(`t${i}`, reader.text)
    if (reader.text instanceof ClockText) {
      scope.set(`h${i}`, reader.text.cache)
      scope.set(`b${i}`, reader.text.base)
    }
  }
  return sharedCode([...scope.keys()], code)(...scope.values()) as F
}
