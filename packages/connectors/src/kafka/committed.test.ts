import type { RecordsBatch } from '@platformatic/kafka'
import { expect, it } from 'vitest'
import { committedMessages } from './committed.ts'

const texts = (bodies: readonly Uint8Array[]): string[] => bodies.map((body) => Buffer.from(body).toString())

it('of several transactions of a producer, those that were aborted give nothing, the one between them does', () => {
  const batches = [data(0, 'a', 7n), end(1, 'abort', 7n), data(2, 'b', 7n), end(3, 'commit', 7n), data(4, 'c', 7n), end(5, 'abort', 7n), data(6, 'd', 7n)]
  const found = committedMessages(batches, [aborted(4, 7n), aborted(0, 7n)], 0)
  expect(texts(found.bodies)).toEqual(['b', 'd'])
  expect(found).toMatchObject({ offsets: [2, 6], next: 7 })
})

it('a transaction whose abort is not read yet gives nothing', () => {
  const found = committedMessages([data(0, 'a', 7n), data(1, 'b', 8n), data(2, 'c')], [aborted(0, 7n)], 0)
  expect(texts(found.bodies)).toEqual(['b', 'c'])
})

it('messages of a batch that lie before the offset are not given again, and reading goes on behind the whole batch', () => {
  const batch = { ...data(10, 'a'), records: ['a', 'b', 'c'].map((text, offsetDelta) => record(offsetDelta, text)), lastOffsetDelta: 5 }
  const found = committedMessages([batch], [], 11)
  expect(texts(found.bodies)).toEqual(['b', 'c'])
  expect(found).toMatchObject({ offsets: [11, 12], next: 16 })
})

it('tombstones are no messages, empty values are', () => {
  const batch = { ...data(0, 'a'), records: [record(0, null), record(1, '')], lastOffsetDelta: 1 }
  expect(committedMessages([batch], [], 0)).toMatchObject({ offsets: [1], next: 2 })
})

it('without a batch nothing moves', () => {
  expect(committedMessages([], [], 4)).toEqual({ bodies: [], offsets: [], next: 4 })
})

function data(offset: number, text: string, producerId = -1n): RecordsBatch {
  return batchOf(offset, producerId, producerId >= 0n ? 16 : 0, [record(0, text)])
}

function end(offset: number, how: 'abort' | 'commit', producerId: bigint): RecordsBatch {
  return batchOf(offset, producerId, 48, [{ ...record(0, ''), key: Buffer.from([0, 0, 0, how === 'abort' ? 0 : 1]) }])
}

function batchOf(offset: number, producerId: bigint, attributes: number, records: RecordsBatch['records']): RecordsBatch {
  const rest = { length: 0, partitionLeaderEpoch: 0, magic: 2, crc: 0, firstTimestamp: 0n, maxTimestamp: 0n, producerEpoch: 0, firstSequence: 0 }
  return { ...rest, firstOffset: BigInt(offset), lastOffsetDelta: records.length - 1, producerId, attributes, records }
}

function record(offsetDelta: number, text: string | null): RecordsBatch['records'][number] {
  return { length: 0, attributes: 0, timestampDelta: 0n, offsetDelta, key: null, value: text === null ? null : Buffer.from(text), headers: [] }
}

function aborted(firstOffset: number, producerId: bigint): { readonly firstOffset: bigint; readonly producerId: bigint } {
  return { firstOffset: BigInt(firstOffset), producerId }
}
