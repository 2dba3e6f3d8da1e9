import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { Random } from '@millrace/log/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { receiveBody } from '../../src/gateways/receive-body.ts'
import { bytesOf, Ground, line, lines, nowMs, streamOf } from './ground.ts'
import { type Answer, openHttpGround, post, type Sent } from './http-ground.ts'

let close = async (): Promise<void> => {}
afterEach(async () => await close())

async function open(limits = {}): Promise<{ readonly ground: Ground; send(text: string | Uint8Array, more?: Partial<Sent>): Promise<Answer> }> {
  const ground = await Ground.open(limits)
  const http = await openHttpGround(ground)
  close = async () => await http.close()
  return { ground, send: (text, more) => post(http.port, { pieces: [typeof text === 'string' ? bytesOf(text) : text], ...more }) }
}

const typed = (type: string): Partial<Sent> => ({ headers: { 'content-type': type } })

describe('records over HTTP', () => {
  it('are taken as NDJSON, as a JSON array, as one object, as CSV, and compressed', async () => {
    const { ground, send } = await open()
    expect(await send(line(1) + line(2))).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: 0, duplicate: false, sequences: [1, 2], rejections: [] },
    })
    expect((await send(`[${line(3)},${line(4)}]`, typed('application/json; charset=utf-8'))).body).toMatchObject({ accepted: 2, sequences: [3, 4] })
    expect((await send(line(5).trim(), typed('application/json'))).body).toMatchObject({ accepted: 1 })
    expect((await send(`at,sensor,value\n${nowMs},a,6\n`, typed('text/csv'))).body).toMatchObject({ accepted: 1 })
    const gzip = { headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' } }
    expect((await send(gzipSync(line(7) + line(8)), gzip)).body).toMatchObject({ accepted: 2 })
    expect((await ground.rows()).map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('that do not fit are named with their reasons, the first hundred, and are dead letters', async () => {
    const { ground, send } = await open()
    const { status, body } = await send(`${line(1)}${'{"value":"x"}\n'.repeat(150)}${line(2)}`)
    expect([status, body.accepted, body.rejected, body.rejections.length]).toEqual([200, 2, 150, 100])
    expect(body.rejections[0]).toMatchObject({ record: 2, code: 'VALUE_TYPE', column: 'value' })
    expect((await ground.dead()).length).toBe(150)
  })

  it('of any length are read as they are taken, not kept', async () => {
    const { ground, send } = await open({ totalBytes: 4 << 20 })
    const piece = bytesOf(lines(0, 5000))
    const { body } = await send('', { pieces: Array.from({ length: 100 }, () => piece) })
    expect(body).toMatchObject({ accepted: 500_000, rejected: 0, sequences: [1, 500_000] })
    expect(ground.log.nextSequence('t')).toBe(500_001)
  })

  it('are refused with a reason where they cannot be taken', async () => {
    const { ground, send } = await open()
    const refused = async (text: string | Uint8Array, more: Partial<Sent> = {}): Promise<unknown> => {
      const { status, body } = await send(text, more)
      return [status, body.code]
    }
    expect(await refused('', { stream: 'other' })).toEqual([404, 'STREAM_UNKNOWN'])
    expect(await refused('', typed('image/png'))).toEqual([415, 'INTAKE_CONTENT_TYPE'])
    expect(await refused('', { headers: { 'content-encoding': 'br' } })).toEqual([415, 'INTAKE_ENCODING'])
    expect(await refused('', { headers: { 'millrace-producer': 'p' } })).toEqual([400, 'INTAKE_PRODUCER'])
    for (const sequence of ['-1', '1.5', 'x', '9007199254740993']) {
      expect((await refused('', { headers: { 'millrace-producer': 'p', 'millrace-sequence': sequence } })) as unknown[]).toContain(400)
    }
    expect(await refused(bytesOf('not gzip'), { headers: { 'content-encoding': 'gzip' } })).toEqual([400, 'GZIP_DAMAGED'])
    expect(await refused(gzipSync(lines(0, 9)).subarray(0, 40), { headers: { 'content-encoding': 'gzip' } })).toEqual([400, 'GZIP_DAMAGED'])
    expect(ground.log.nextSequence('t')).toBe(1)
  })

  it('wait for the producer to come again where the disk is full', async () => {
    const { ground, send } = await open()
    ground.disk.fail({ kind: 'write', code: 'ENOSPC', times: Infinity })
    const { status, headers, body } = await send(line(1))
    expect([status, body.code, headers['retry-after']]).toEqual([507, 'LOG_DISK_FULL', '1'])
    ground.disk.heal()
    expect((await send(line(1))).status).toBe(200)
  })

  it('that stop coming are ended, and what came of them is kept', async () => {
    const ground = await Ground.open()
    const http = await openHttpGround(ground, 50)
    close = async () => await http.close()
    const stuck = request({ port: http.port, method: 'POST', path: '/v1/streams/readings/records', agent: false })
    stuck.write(line(1))
    expect(await once(stuck, 'error')).toMatchObject([{ code: 'ECONNRESET' }])
    await expect.poll(async () => await ground.rows()).toMatchObject([{ value: 1 }])
  })

  it('unpacked without end do not fill the memory', async () => {
    const { ground, send } = await open()
    const bomb = gzipSync(new Uint8Array(80 << 20).fill(10))
    const headers = { 'content-encoding': 'gzip', 'millrace-producer': 'p', 'millrace-sequence': '0' }
    expect((await send(bomb, { headers })).body.code).toBe('INTAKE_BODY_TOO_LARGE')
    const body = ground.intake.open(streamOf(), {})
    const received = receiveBody(Readable.from([bomb]), true, body, 10 << 20)
    await expect(received).rejects.toMatchObject({ code: 'GZIP_TOO_LARGE' })
  })

  it('are kept exactly once by producers that repeat what broke off', async () => {
    const seed = randomInt(2 ** 31)
    const ground = await ledger(seed)
    close = async () => await ground.close()
    expect(await ground.faults(), `seed ${seed}`).toEqual([])
  })
})

/** Producers at once, whose connections break at random instants, until all their bodies are acknowledged. */
async function ledger(seed: number, producers = 6, bodies = 25): Promise<{ faults(): Promise<readonly string[]>; close(): Promise<void> }> {
  const ground = await Ground.open()
  const http = await openHttpGround(ground)
  const random = new Random(seed)
  let cuts = 0
  async function produce(producer: number): Promise<void> {
    for (let sequence = 0; sequence < bodies; sequence++) {
      const text = bytesOf(line(sequence, `p${producer}`).repeat(random.below(2) === 0 ? 3 : 3000))
      const headers = { 'millrace-producer': `p${producer}`, 'millrace-sequence': String(sequence) }
      for (let isKept = false; !isKept; ) {
        const pieces = Array.from({ length: 4 }, (_, i) => text.subarray((i * text.length) >> 2, ((i + 1) * text.length) >> 2))
        const cut = (): boolean => random.below(8) === 0
        const answer = await post(http.port, { headers, pieces, cut }).catch(() => null)
        if (answer === null) cuts++
        else if (answer.status !== 200) throw new Error(JSON.stringify(answer))
        isKept = answer !== null
      }
    }
  }
  await Promise.all(Array.from({ length: producers }, (_, producer) => produce(producer)))
  return { faults, close: () => http.close() }

  async function faults(): Promise<readonly string[]> {
    const counts = new Map<string, number>()
    for (const { sensor, value } of await ground.rows()) counts.set(`${sensor}/${value}`, (counts.get(`${sensor}/${value}`) ?? 0) + 1)
    const wrong = [...counts].filter(([, count]) => count !== 3 && count !== 3000).map(([body, count]) => `${body}: ${count}`)
    if (counts.size !== producers * bodies) wrong.push(`${counts.size} bodies`)
    if (cuts < 20) wrong.push(`only ${cuts} cuts`)
    return wrong
  }
}
