import { decodeBatch, type Float64Column } from '@millrace/columns'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RegisteredStream } from '../../src/streams/stream-registry.ts'
import { bytesOf, Ground, nowMs, streamOf } from './ground.ts'

let ground: Ground
beforeEach(async () => {
  ground = await Ground.open()
})
afterEach(() => ground.log.close())

/** Its records without time take that of the stream's record before. */
function stream(): RegisteredStream {
  const registered = streamOf()
  return { ...registered, node: { ...registered.node, withoutTime: 'previous' } }
}

/** A record with its time, in seconds from now; null: without. */
const record = (atSeconds: number | null): string => `{${atSeconds === null ? '' : `"at":${nowMs + atSeconds * 1000},`}"sensor":"a","value":1}\n`
const body = (...at: readonly (number | null)[]): Uint8Array => bytesOf(at.map(record).join(''))

async function send(...at: readonly (number | null)[]): Promise<{ readonly rejected: number }> {
  const sent = ground.intake.open(stream(), {})
  await sent.push(body(...at))
  return sent.end()
}

/** Seconds from now of all records, in the order of the log. */
async function times(): Promise<readonly number[]> {
  const found: number[] = []
  const reader = ground.log.reader({ tenant: 't', streams: ['readings'] })
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
    for (const { chunk, from, to } of pieces)
      if (chunk.kind === 'batch') found.push(...(decodeBatch(chunk.payload).columns[0] as Float64Column).values.subarray(from, to))
  reader.close()
  return found.map((ms) => (ms - nowMs) / 1000)
}

it('T7: a record without time takes that of the record before it in its stream, also from the body before', async () => {
  await send(1, null, 3)
  await send(null, 2, null)
  await ground.intake.message(stream(), body(null))
  expect(await times()).toEqual([1, 1, 3, 3, 2, 2, 2])
})

it('T7: also where the body before was of another process, behind which the clock made entries', async () => {
  await send(1, 5)
  ground = await ground.reopened()
  const entry = { stream: 'readings', rows: 1, schema: 0, payload: new Uint8Array(0) }
  await ground.log.append({ tenant: 't', chunks: [{ ...entry, kind: 'paused' }] })
  await ground.log.append({ tenant: 't', chunks: [{ ...entry, kind: 'resumed' }] })
  await send(null)
  expect(await times()).toEqual([1, 5, 5])
})

it('T7: messages that come together follow each other', async () => {
  await Promise.all([7, null, 4, null, null].map((at) => ground.intake.message(stream(), body(at))))
  expect(await times()).toEqual([7, 7, 4, 4, 4])
})

it('T7: the first record of a stream has none before it, nor has that of a stream made anew', async () => {
  expect(await send(null)).toMatchObject({ rejected: 1 })
  await send(1)
  await ground.log.erase('t', 'readings')
  expect(await send(null)).toMatchObject({ rejected: 1 })
})

it('T7: a body that was absorbed as a repetition is before none', async () => {
  const again = async (): Promise<void> => {
    const sent = ground.intake.open(stream(), { producer: { id: 'p', sequence: 1 } })
    await sent.push(body(2))
    await sent.end()
  }
  await again()
  await send(6)
  await again()
  await send(null)
  expect(await times()).toEqual([2, 6, 6])
})

it('T7: records that did not become durable are before none', async () => {
  await send(1)
  ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: 1 })
  await expect(send(9)).rejects.toThrow()
  await send(null)
  expect(await times()).toEqual([1, 1])
})
