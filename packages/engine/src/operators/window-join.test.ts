import type { Column } from '@millrace/columns'
import type { AggregateOperator, Field } from '@millrace/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyArrays } from '../state/key-shape.ts'
import { Pane } from '../state/pane.ts'
import { Slices } from '../state/slices.ts'
import { Strings } from '../state/strings.ts'
import { type AggregateCode, aggregateCode } from './aggregate-code.ts'
import { SliceBlocks } from './slice-blocks.ts'
import { WindowJoin } from './window-join.ts'

const input: readonly Field[] = [{ name: 'key', type: 'int32', nullable: false }]
const output: readonly Field[] = [
  ...input,
  { name: 'windowStart', type: 'timestamp', nullable: false },
  { name: 'windowEnd', type: 'timestamp', nullable: false },
  { name: 'rows', type: 'int64', nullable: false },
]
const counting: AggregateOperator = {
  kind: 'aggregate',
  id: 'counts',
  input: 'read',
  key: ['key'],
  window: { kind: 'hopping', sizeMs: 100, slideMs: 1, offsetMs: 0 },
  allowedLatenessMs: 50,
  results: 'revised',
  emit: 'record',
  columns: [{ name: 'rows', value: { kind: 'aggregate', name: 'count' } }],
}

interface Row {
  readonly slice: number
  readonly key: number
}

/** Slices that count the rows of each key, and the rows themselves. */
class Counted {
  readonly code: AggregateCode = aggregateCode(counting, input, output, {}, this.strings(), { failures: 0 })
  readonly slices = new Slices(this.code.shape.words, this.code.initial.length)
  readonly blocks: SliceBlocks
  readonly join = new WindowJoin(this.code)
  private readonly records: Row[] = []

  constructor(perWindow: number) {
    this.blocks = new SliceBlocks(this.code, this.slices, perWindow)
  }

  add(record: Row): void {
    this.take(this.slices.open(record.slice), record.key)
    this.records.push(record)
  }

  /** A record that comes when blocks may hold its slice already. */
  addLate(record: Row): void {
    this.add(record)
    const single = new Pane(this.code.shape.words, this.code.initial.length)
    this.take(single, record.key)
    this.blocks.mend(record.slice, single)
  }

  /** Keys of a window in their order with their rows, as joined. */
  joined(first: number, last: number): [key: number, rows: number][] {
    const { join } = this
    join.join(this.blocks.cover(first, last))
    return Array.from(join.order.subarray(0, join.count), (entry) => [join.pane.keys[entry] as number, join.pane.states[0]?.[entry] as number])
  }

  /** The same from the records alone. */
  plain(first: number, last: number): [key: number, rows: number][] {
    const counts = new Map<number, number>()
    for (const { slice, key } of this.records) if (slice >= first && slice <= last) counts.set(key, (counts.get(key) ?? 0) + 1)
    return [...counts]
  }

  private take(pane: Pane, key: number): void {
    const columns: Column[] = [{ kind: 'int32', values: Int32Array.of(key), validity: null }]
    const batch = { rows: 1, fields: input, columns }
    const entries = new Int32Array(1)
    this.code.lookup(pane, keyArrays(this.code.shape, batch, this.strings()), Int32Array.of(0), 0, 1, Float64Array.of(this.records.length), entries)
    this.code.fold(pane, columns, Int32Array.of(0), 0, 1, entries, Float64Array.of(0))
  }

  private strings(): Strings {
    return new Strings()
  }
}

const records = fc.array(fc.record({ slice: fc.integer({ min: -150, max: 150 }), key: fc.nat(6) }), { maxLength: 60 })
const windows = fc.array(fc.integer({ min: -180, max: 180 }), { maxLength: 30 })

describe.each([2, 15, 17, 64, 100])('windows of %i slices', (perWindow) => {
  it('hold what the records of their slices give, in the order of the first records', () => {
    fc.assert(
      fc.property(records, windows, (all, starts) => {
        const counted = new Counted(perWindow)
        for (const record of all) counted.add(record)
        for (const start of starts.toSorted((a, b) => a - b)) {
          expect(counted.joined(start, start + perWindow - 1)).toEqual(counted.plain(start, start + perWindow - 1))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('hold late records as well, also where parts of them were joined before', () => {
    fc.assert(
      fc.property(records, records, windows, (all, late, starts) => {
        const counted = new Counted(perWindow)
        for (const record of all) counted.add(record)
        for (const start of starts) counted.joined(start, start + perWindow - 1)
        for (const record of late) counted.addLate(record)
        for (const start of starts) expect(counted.joined(start, start + perWindow - 1)).toEqual(counted.plain(start, start + perWindow - 1))
      }),
      { numRuns: 40 },
    )
  })

  it('are joined anew after what was kept is forgotten', () => {
    const counted = new Counted(perWindow)
    for (let slice = 0; slice < 120; slice++) counted.add({ slice, key: slice % 5 })
    const before = counted.joined(3, 3 + perWindow - 1)
    counted.join.forget()
    counted.blocks.forget()
    expect(counted.joined(3, 3 + perWindow - 1)).toEqual(before)
  })
})
