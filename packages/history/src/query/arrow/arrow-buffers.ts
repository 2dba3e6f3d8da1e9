import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { ArrowType } from './arrow-type.ts'

/** Nodes and buffers of a record batch, in Arrow's order: a column before its children. */
export interface BatchParts {
  /** Rows and missing values of each node. */
  readonly nodes: (readonly [number, number])[]
  readonly buffers: Uint8Array[]
}

type Values = readonly (DuckDBValue | undefined)[]

const utf8 = new TextEncoder()

export function addColumn(type: ArrowType, values: Values, parts: BatchParts): void {
  const missing = values.reduce<number>((count, value) => (value === null || value === undefined ? count + 1 : count), 0)
  parts.nodes.push([values.length, missing])
  parts.buffers.push(missing === 0 ? new Uint8Array(0) : bitmap(values, (value) => value !== null && value !== undefined))
  addValues(type, values, parts)
}

function addValues(type: ArrowType, values: Values, parts: BatchParts): void {
  switch (type.kind) {
    case 'utf8':
      addTexts(
        values.map((value) => (value === null || value === undefined ? none : utf8.encode(String(value)))),
        parts,
      )
      break
    case 'binary':
      addTexts(
        values.map((value) => (value instanceof DuckDBBlobValue ? value.bytes : none)),
        parts,
      )
      break
    case 'list': {
      const lists = values.map(itemsOf)
      parts.buffers.push(offsets(lists))
      addColumn(type.of, lists.flat(), parts)
      break
    }
    case 'struct':
      for (const { name, type: of } of type.fields) {
        const entries = values.map((value) => (value instanceof DuckDBStructValue ? value.entries[name] : null))
        addColumn(of, entries, parts)
      }
      break
    case 'bool':
      parts.buffers.push(bitmap(values, (value) => value === true))
      break
    default:
      parts.buffers.push(numbers(type, values))
  }
}

const none = new Uint8Array(0)

function itemsOf(value: DuckDBValue | undefined): readonly DuckDBValue[] {
  return value instanceof DuckDBListValue || value instanceof DuckDBArrayValue ? value.items : []
}

function bitmap(values: Values, isSet: (value: DuckDBValue | undefined) => boolean): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3)
  values.forEach((value, row) => {
    if (isSet(value)) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  })
  return bits
}

function offsets(parts: readonly { readonly length: number }[]): Uint8Array {
  const starts = new Int32Array(parts.length + 1)
  for (const [at, { length }] of parts.entries()) starts[at + 1] = (starts[at] as number) + length
  return new Uint8Array(starts.buffer)
}

function addTexts(texts: readonly Uint8Array[], { buffers }: BatchParts): void {
  buffers.push(offsets(texts), Buffer.concat(texts))
}

type Numbers = Exclude<ArrowType, { readonly kind: 'utf8' | 'binary' | 'list' | 'struct' | 'bool' }>

function numbers(type: Numbers, values: Values): Uint8Array {
  const bytes = bytesOf(type)
  const view = new DataView(new ArrayBuffer(values.length * bytes))
  values.forEach((value, row) => {
    if (value !== null && value !== undefined) setNumber(view, row * bytes, type, value)
  })
  return new Uint8Array(view.buffer)
}

function bytesOf(type: Numbers): number {
  switch (type.kind) {
    case 'int':
    case 'float':
      return type.bits / 8
    case 'date':
      return 4
    case 'decimal':
      return 16
    default:
      return 8
  }
}

function setNumber(view: DataView, at: number, type: Numbers, value: DuckDBValue): void {
  switch (type.kind) {
    case 'float':
      if (type.bits === 32) view.setFloat32(at, Number(value), true)
      else view.setFloat64(at, Number(value), true)
      break
    case 'date':
      view.setInt32(at, value instanceof DuckDBDateValue ? value.days : 0, true)
      break
    case 'decimal': {
      const whole = value instanceof DuckDBDecimalValue ? value.value : BigInt(value as bigint)
      view.setBigUint64(at, BigInt.asUintN(64, whole), true)
      view.setBigInt64(at + 8, whole >> 64n, true)
      break
    }
    case 'int':
      setWhole(view, at, type.bits, value as number | bigint)
      break
    default:
      view.setBigInt64(at, microsOf(value), true)
  }
}

/** The bits are the same with a sign and without. */
function setWhole(view: DataView, at: number, bits: 8 | 16 | 32 | 64, value: number | bigint): void {
  if (bits === 64) view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true)
  else if (bits === 32) view.setInt32(at, Number(value), true)
  else if (bits === 16) view.setInt16(at, Number(value), true)
  else view.setInt8(at, Number(value))
}

function microsOf(value: DuckDBValue): bigint {
  return value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimeValue ? value.micros : 0n
}
