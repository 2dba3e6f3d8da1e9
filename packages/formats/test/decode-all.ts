import { type Batch, type Column, isSet } from '@millrace/columns'
import type { ColumnNode, StreamNode } from '@millrace/plan'
import type { DeadLetter, DecoderStats } from '../src/decoder.ts'
import { openDecoder } from '../src/open-decoder.ts'

export type Value = number | string | boolean | null | Value[] | { [name: string]: Value }

export interface Decoded {
  readonly rows: Record<string, Value>[]
  readonly letters: DeadLetter[]
  readonly stats: DecoderStats
}

export const csv = { kind: 'csv', separator: ',', header: 'absent' } as const
export const ndjson = { kind: 'ndjson' } as const
export const json = { kind: 'json' } as const

export function streamOf(columns: readonly ColumnNode[], more: Partial<StreamNode> = {}): StreamNode {
  return {
    schema: { columns },
    format: csv,
    time: null,
    withoutTime: 'reject',
    watermark: { kind: 'monotonic' },
    idleTimeoutMs: null,
    maxAheadMs: 3_600_000,
    unknownFields: 'lenient',
    key: [],
    ...more,
  }
}

/** Decodes an input in the given pieces and keeps all that comes out. */
export function decodeAll(stream: StreamNode, input: string | Uint8Array, pieces: readonly number[] = [], ingestionMs?: number, batchRows = 16): Decoded {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  const rows: Record<string, Value>[] = []
  const letters: DeadLetter[] = []
  const decoder = openDecoder(
    'readings',
    stream,
    { batch: (batch) => rows.push(...rowsOf(batch)), deadLetters: (batch) => letters.push(...batch) },
    { batchRows },
  )
  let at = 0
  for (const piece of pieces) {
    decoder.push(bytes.subarray(at, at + piece), ingestionMs)
    at += piece
  }
  decoder.push(bytes.subarray(at), ingestionMs)
  decoder.end()
  return { rows, letters: letters.map((letter) => JSON.parse(JSON.stringify(letter)) as DeadLetter), stats: decoder.stats() }
}

export function rowsOf(batch: Batch): Record<string, Value>[] {
  return Array.from({ length: batch.rows }, (_, row) =>
    Object.fromEntries(batch.fields.map((field, i) => [field.name, cellOf(batch.columns[i] as Column, row)])),
  )
}

export function cellOf(column: Column, row: number): Value {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  switch (column.kind) {
    case 'bool':
      return isSet(column.values, row)
    case 'string':
      return column.dictionary.text(column.values[row] as number)
    case 'list':
      return rowsOf(column.elements).slice(column.offsets[row], column.offsets[row + 1])
    default:
      return column.values[row] as number
  }
}
