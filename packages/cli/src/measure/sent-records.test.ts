import type { StreamNode } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, text, timestamp } from '@millrace/sdk'
import { expect, test } from 'vitest'
import { SentRecords } from './sent-records.ts'

const readings = stream('readings', {
  schema: schema({
    sensor: text(),
    at: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
    value: float64({ missing: [999999] }),
    rank: int32({ optional: true }),
  }),
  format: { kind: 'csv', separator: ';', header: 'present' },
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
})
const declaration = app('any', {}, (from) => ({ all: from(readings) })).plan.streams['readings'] as StreamNode

/** As the server answers a record. */
const read = (sensor: string, second: number, value: number | null, rank: number | null) => ({
  ...{ $sequence: 7, $ingestionMs: 1, sensor, at: `2026-01-01T00:00:0${second}Z`, value, rank },
})

test('a record that is read is known as the one that was sent; of those that are alike, the latest', () => {
  const sent = new SentRecords('readings', declaration, 'at;value;sensor;rank')
  sent.add(['2026-01-01 00:00:01;1.50;a;3', '2026-01-01 00:00:01;999999;b;'], 100)
  sent.add(['2026-01-01 00:00:02;1.5;a;3', 'torn'], 200)
  sent.add(['2026-01-01 00:00:01;1.5;a;3'], 300)
  expect(sent.of(read('a', 1, 1.5, 3))).toBe(300)
  expect(sent.of(read('b', 1, null, null))).toBe(100)
  expect(sent.of(read('a', 2, 1.5, 3))).toBe(200)
  expect(sent.of(read('a', 2, 1.5, 4))).toBeNull()
})
