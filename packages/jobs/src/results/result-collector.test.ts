import { decodeBatch, type Rows } from '@millrace/columns'
import { expect, it } from 'vitest'
import { ResultCollector } from './result-collector.ts'
import { readResults } from './result-fields.ts'

/** Rows with those values; a revision makes them rows of other fields. */
function rowsOf(values: readonly number[], revision: number | null = null): Rows {
  const zeros = new Float64Array(values.length)
  return {
    batch: {
      rows: values.length,
      fields: [{ name: 'value', type: 'int32', nullable: false }],
      columns: [{ kind: 'int32', values: Int32Array.from(values), validity: null }],
    },
    selection: Int32Array.from(values, (_, row) => row),
    count: values.length,
    sequence: zeros,
    time: zeros,
    revision: revision === null ? null : new Int32Array(values.length).fill(revision),
    windowStart: null,
    windowEnd: null,
    element: null,
    origin: null,
  }
}

/** Values by stream, in the order of the chunks. */
function taken(collector: ResultCollector): Readonly<Record<string, readonly number[]>> {
  const found: Record<string, number[]> = {}
  for (const { stream, payload, rows } of collector.take()) {
    const { batch } = readResults(decodeBatch(payload)).rows
    expect(batch.rows).toBe(rows)
    found[stream] = [...(found[stream] ?? []), ...(batch.columns[0] as { values: Int32Array }).values.subarray(0, rows)]
  }
  return found
}

it('streams that are collected together keep their rows, each in its order', () => {
  const collector = new ResultCollector(1)
  collector.add('a/out', rowsOf([1, 2]), null)
  collector.add('b/out', rowsOf([3]), null)
  collector.add('b/out', rowsOf([4]), null)
  collector.add('a/out', rowsOf([5]), null)
  expect(taken(collector)).toEqual({ 'a/out': [1, 2, 5], 'b/out': [3, 4] })
  collector.add('b/out', rowsOf([6]), null)
  expect(taken(collector)).toEqual({ 'b/out': [6] })
})

it('rows of other fields, and more than a chunk holds, change no order', () => {
  const collector = new ResultCollector(1)
  const many = Array.from({ length: 70_000 }, (_, row) => row)
  collector.add('a/out', rowsOf([-1]), null)
  collector.add('b/out', rowsOf(many), null)
  collector.add('b/out', rowsOf([-2], 1), null)
  collector.add('a/out', rowsOf([-3]), null)
  expect(taken(collector)).toEqual({ 'a/out': [-1, -3], 'b/out': [...many, -2] })
})
