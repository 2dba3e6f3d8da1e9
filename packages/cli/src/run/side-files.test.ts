import type { Batch, Rows } from '@millrace/columns'
import type { DeadLetter } from '@millrace/formats'
import { expect, test } from 'vitest'
import type { FdWriter } from '../fd-writer.ts'
import { DeadLetters } from './dead-letters.ts'
import { LateRows } from './late-rows.ts'

function capturingWriter(): FdWriter & { lines(): unknown[] } {
  let text = ''
  return {
    write: (bytes) => {
      text += Buffer.from(bytes).toString()
    },
    flush: () => {},
    close: () => {},
    closedByReader: false,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  }
}

const letter: DeadLetter = { stream: 's', record: 3, byteOffset: 40, bytes: Buffer.from('a,"b'), column: null, code: 'CLI_INTERNAL', reason: 'why', key: '7' }

test('a dead letter gives its bytes back, whether they are text or not', () => {
  const writer = capturingWriter()
  const letters = new DeadLetters(writer)
  const odd = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x00])
  letters.add(letter)
  letters.add({ ...letter, bytes: odd })
  letters.add({ ...letter, bytes: odd.subarray(0, 4) })
  const [plain, binary, withMark] = writer.lines() as { text?: string; base64?: string }[]
  expect(plain).toEqual({ stream: 's', record: 3, byteOffset: 40, column: null, code: 'CLI_INTERNAL', reason: 'why', key: '7', text: 'a,"b' })
  expect(Buffer.from(binary?.base64 ?? '', 'base64').equals(odd)).toBe(true)
  expect(Buffer.from(withMark?.text ?? '').equals(odd.subarray(0, 4))).toBe(true)
})

test('dead letters are counted by code, the first of each is kept', () => {
  const letters = new DeadLetters(null)
  for (let record = 1; record <= 5; record++) letters.add({ ...letter, record, code: record % 2 ? 'CLI_INTERNAL' : 'CLI_PLAN_JSON' })
  expect(letters.count).toBe(5)
  expect([...letters.byCode]).toEqual([
    ['CLI_INTERNAL', 3],
    ['CLI_PLAN_JSON', 2],
  ])
  expect(letters.first.map(({ record }) => record)).toEqual([1, 2])
})

test('a late record has the watermark before it and how far it lay behind', () => {
  const writer = capturingWriter()
  const late = new LateRows(writer)
  const batch: Batch = {
    rows: 2,
    fields: [{ name: 'at', type: 'timestamp', nullable: false }],
    columns: [{ kind: 'timestamp', values: Float64Array.of(0, 4_000), validity: null }],
  }
  const rows: Rows = {
    batch,
    selection: Int32Array.of(1),
    count: 1,
    sequence: Float64Array.of(8, 9),
    time: Float64Array.of(0, 4_000),
    revision: null,
    windowStart: null,
    windowEnd: null,
    element: null,
    origin: null,
  }
  late.add('aggregate-1', rows, Float64Array.of(0, 9_500))
  expect(writer.lines()).toEqual([
    { operator: 'aggregate-1', sequence: 9, watermark: '1970-01-01T00:00:09.500Z', lagMs: 5_500, row: { at: '1970-01-01T00:00:04Z' } },
  ])
  expect(late.count).toBe(1)
})
