import { deadStream } from '@millrace/jobs'
import { describe, expect, it } from 'vitest'
import type { IntakeOptions, IntakeReceipt } from '../../src/intake/intake.ts'
import { bytesOf, Ground, line, lines, nowMs, streamOf } from './ground.ts'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error)
const refusal = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'accepted', codeOf)

async function send(ground: Ground, text: string, options: IntakeOptions = {}, stream = 'readings', tenant = 't'): Promise<IntakeReceipt> {
  const body = ground.intake.open(streamOf(tenant, stream), options)
  await body.push(bytesOf(text))
  return await body.end()
}

describe('the intake', () => {
  it('appends records and dead letters together, and says which were refused', async () => {
    const ground = await Ground.open()
    const receipt = await send(ground, `${line(1)}{"at":${nowMs},"sensor":"a","value":"x"}\n${line(2)}not json\n${line(3)}`)
    expect(receipt).toMatchObject({ accepted: 3, rejected: 2, duplicate: false, sequences: [1, 3] })
    expect(receipt.rejections).toMatchObject([
      { record: 2, column: 'value', code: 'VALUE_TYPE' },
      { record: 4, column: null, code: 'JSON_NOT_OBJECT' },
    ])
    expect((await ground.rows()).map(({ value }) => value)).toEqual([1, 2, 3])
    expect(await ground.dead()).toMatchObject([{ record: 2 }, { record: 4, text: 'not json' }])
    expect((await ground.log.last('t', 'readings'))?.schema).toBe(3)
    expect(await send(ground, line(4))).toMatchObject({ accepted: 1, rejected: 0, sequences: [6, 6] })
  })

  it('reads what the stream declares, or the format asked for', async () => {
    const ground = await Ground.open()
    expect(await send(ground, `${nowMs};a;1\n${nowMs};a;2`, {}, 'table')).toMatchObject({ accepted: 2, rejected: 0 })
    expect(await send(ground, `[${line(3).trim()},${line(4).trim()}]`, { format: 'json' }, 'table')).toMatchObject({ accepted: 2, rejected: 0 })
    expect(await send(ground, `value,sensor,at\n5,b,${nowMs}\n`, { format: 'csv' })).toMatchObject({ accepted: 1, rejected: 0 })
    expect(await send(ground, `at,sensor,value\n${nowMs},c,6\n`, { format: 'csv' })).toMatchObject({ accepted: 1, rejected: 0 })
    expect(await ground.rows('t', 'table')).toEqual([1, 2, 3, 4].map((value) => ({ sensor: 'a', value })))
    expect(await ground.rows()).toEqual([
      { sensor: 'b', value: 5 },
      { sensor: 'c', value: 6 },
    ])
  })

  it('guards against times far ahead of the log', async () => {
    const ground = await Ground.open()
    const ahead = line(1).replace(String(nowMs), String(nowMs + 4_000_000))
    expect((await send(ground, ahead)).rejections).toMatchObject([{ record: 1, code: 'TIME_TOO_FAR_AHEAD' }])
  })

  it('appends a body of a producer once, however often it is sent', async () => {
    const ground = await Ground.open()
    const options = (sequence: number): IntakeOptions => ({ producer: { id: 'p', sequence } })
    const text = `${lines(0, 10_000)}bad\n`
    const first = await send(ground, text, options(0))
    expect(first).toMatchObject({ accepted: 10_000, rejected: 1, duplicate: false, sequences: [1, 10_000] })
    expect(await send(ground, text, options(0))).toEqual({ ...first, duplicate: true })
    expect(await send(ground, line(1), options(1))).toMatchObject({ duplicate: false, sequences: [10_002, 10_002] })
    // Of another stream it is another producer.
    expect(await send(ground, line(1), options(0), 'objects')).toMatchObject({ duplicate: false, accepted: 1 })
    expect((await ground.rows()).length).toBe(10_001)
    expect((await ground.dead()).length).toBe(1)
  })

  it('appends bodies without a producer piece by piece, in their order', async () => {
    const ground = await Ground.open()
    const body = ground.intake.open(streamOf(), {})
    const text = bytesOf(lines(0, 100_000))
    for (let at = 0; at < text.length; at += 100_001) await body.push(text.slice(at, at + 100_001))
    expect(ground.log.nextSequence('t')).toBeGreaterThan(50_000)
    expect(await body.end()).toMatchObject({ accepted: 100_000, sequences: [1, 100_000] })
    expect((await ground.rows()).every(({ value }, i) => value === i)).toBe(true)
  })

  it('makes records durable soon that trickle in', async () => {
    const ground = await Ground.open()
    const body = ground.intake.open(streamOf(), {})
    const reader = ground.log.reader({ tenant: 't', streams: ['readings'] })
    await body.push(bytesOf(line(1) + line(2).slice(0, 20)))
    await reader.wait()
    expect((await ground.rows()).map(({ value }) => value)).toEqual([1])
    await body.push(bytesOf(line(2).slice(20)))
    expect(await body.end()).toMatchObject({ accepted: 2, sequences: [1, 2] })
    reader.close()
  })

  it('keeps of a body that breaks off its whole records, or with a producer nothing', async () => {
    const ground = await Ground.open()
    const cut = bytesOf(line(1) + line(2) + line(3).slice(0, 12))
    for (const options of [{}, { producer: { id: 'p', sequence: 0 } }]) {
      const body = ground.intake.open(streamOf(), options)
      await body.push(cut)
      await body.abort()
      expect((await ground.rows()).map(({ value }) => value)).toEqual([1, 2])
    }
    expect(await send(ground, line(4))).toMatchObject({ accepted: 1, rejected: 0 })
    expect(await ground.dead()).toEqual([])
  })

  it('refuses a body of a producer that is too large for one append', async () => {
    const ground = await Ground.open()
    const body = ground.intake.open(streamOf(), { producer: { id: 'p', sequence: 0 } })
    const piece = new Uint8Array(1 << 20).fill(10)
    const push = async (): Promise<void> => {
      for (let i = 0; i < 65; i++) await body.push(piece)
    }
    expect(await refusal(push())).toBe('INTAKE_BODY_TOO_LARGE')
    await body.abort()
    expect(ground.log.nextSequence('t')).toBe(1)
  })

  it('says of a full disk how much of the body is kept, and goes on when there is room', async () => {
    const ground = await Ground.open()
    await send(ground, line(0))
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    expect(await refusal(send(ground, line(1)))).toBe('LOG_DISK_FULL')
    expect(await refusal(send(ground, line(1), { producer: { id: 'p', sequence: 0 } }))).toBe('LOG_DISK_FULL')
    ground.disk.heal()
    expect(await send(ground, line(1), { producer: { id: 'p', sequence: 0 } })).toMatchObject({ duplicate: false })
    const body = ground.intake.open(streamOf(), {})
    await body.push(bytesOf(lines(2, 30_000)))
    await body.push(bytesOf(lines(2, 30_000)))
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    const failing = async (): Promise<unknown> => {
      await body.push(bytesOf(lines(2, 30_000)))
      return await body.end()
    }
    expect(await refusal(failing())).toBe('INTAKE_PARTIAL')
    await body.abort()
    ground.disk.heal()
    expect((await send(ground, line(1))).accepted).toBe(1)
  })

  it('holds bodies back where too much waits for the disk, and refuses those of producers', async () => {
    const ground = await Ground.open({ totalBytes: 1, tenantBytes: 1 })
    const [first, second] = [ground.intake.open(streamOf(), {}), ground.intake.open(streamOf('other'), {})]
    await Promise.all([first.push(bytesOf(lines(0, 5000))), second.push(bytesOf(lines(0, 5000)))])
    const whole = ground.intake.open(streamOf(), { producer: { id: 'p', sequence: 0 } })
    expect(await refusal(whole.push(bytesOf(lines(0, 5000))))).toBe('INTAKE_BUSY')
    await whole.abort()
    await Promise.all([first.push(bytesOf(lines(0, 5000))), second.push(bytesOf(lines(0, 5000)))])
    expect((await Promise.all([first.end(), second.end()])).map(({ accepted }) => accepted)).toEqual([10_000, 10_000])
  })

  it('lets bodies wait for a decoder, and tenants not for those of another', async () => {
    const ground = await Ground.open({ bodies: 3, tenantBodies: 2 })
    const open = [1, 2].map(() => ground.intake.open(streamOf(), {}))
    for (const body of open) await body.push(bytesOf(line(1)))
    let waited = false
    const third = send(ground, line(2)).then(() => expect(waited).toBe(true))
    expect(await send(ground, line(3), {}, 'readings', 'other')).toMatchObject({ accepted: 1 })
    waited = true
    await Promise.all(open.map((body) => body.abort()))
    await third
  })

  it('keeps decoders for tenants that have none, and refuses who waits for long', async () => {
    const ground = await Ground.open({ bodies: 8, tenantBodies: 4, bodyWaitMs: 20 })
    const begin = async (tenant: string): Promise<void> => await ground.intake.open(streamOf(tenant), {}).push(bytesOf(line(1)))
    for (const tenant of ['a', 'a', 'a', 'a', 'b', 'b', 'b']) await begin(tenant)
    expect(await refusal(begin('a'))).toBe('INTAKE_BUSY')
    expect(await refusal(begin('b'))).toBe('INTAKE_BUSY')
    expect(await send(ground, line(1), {}, 'readings', 'c')).toMatchObject({ accepted: 1 })
    expect(await ground.intake.message(streamOf('d'), bytesOf(line(1)))).toMatchObject({ accepted: 1 })
  })

  it('lets the event loop go on among bad lines however short they are, and appends their letters in small chunks', async () => {
    const ground = await Ground.open()
    const bad = Buffer.alloc(96 << 10, 'x\n')
    let loops = 0
    const count = (): void => {
      loops++
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    const answers = await Promise.all([line(1), bad, `x\n${line(2)}`].map((message) => ground.intake.message(streamOf(), Buffer.from(message))))
    clearImmediate(immediate)
    expect(loops).toBeGreaterThan(30)
    expect(answers.map(({ accepted, rejected }) => [accepted, rejected])).toEqual([
      [1, 0],
      [0, 48 << 10],
      [1, 1],
    ])
    expect((await ground.rows()).map(({ value }) => value)).toEqual([1, 2])
    const records = (await ground.dead()).map(({ record }) => record)
    expect(records).toEqual([...Array.from({ length: 48 << 10 }, (_, i) => i + 1), 1])
    const reader = ground.log.reader({ tenant: 't', streams: [deadStream('readings')] })
    const pieces = await reader.read(1)
    expect(pieces.every(({ chunk }) => chunk.payload.length < 2 << 20)).toBe(true)
    reader.close()
  })

  it('keeps a long header with none of its dead letters', async () => {
    const ground = await Ground.open()
    const stream = streamOf('t', 'table')
    const body = ground.intake.open({ ...stream, node: { ...stream.node, format: { kind: 'csv', separator: ',', header: 'present' } } }, {})
    await body.push(bytesOf(`at,sensor,value,${'y'.repeat(5000)}\n${'x\n'.repeat(3)}`))
    expect(await body.end()).toMatchObject({ rejected: 3 })
    const dead = await ground.dead('t', 'table')
    expect(dead).toMatchObject(Array.from({ length: 3 }, () => ({ text: 'x', format: 'csv', separator: ',' })))
    expect(dead.some((letter) => 'fields' in letter)).toBe(false)
  })

  it('appends messages that come together as one, and answers each', async () => {
    const ground = await Ground.open()
    const texts = [line(1), `${line(2)}x\n${line(3)}`, line(4).trim(), line(5).slice(0, 9), '']
    const answers = await Promise.all(texts.map((text) => ground.intake.message(streamOf(), bytesOf(text))))
    expect(answers.map(({ accepted, rejected }) => [accepted, rejected])).toEqual([
      [1, 0],
      [2, 1],
      [1, 0],
      [0, 1],
      [0, 0],
    ])
    expect((await ground.rows()).map(({ value }) => value)).toEqual([1, 2, 3, 4])
    expect((await ground.dead()).map(({ record }) => record)).toEqual([2, 1])
    expect(await ground.log.last('t', 'readings')).toMatchObject({ rows: 4 })
  })
})
