import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RealServer, startRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import type { Sink, Source } from '../../src/contract.ts'
import { limits } from '../../src/rabbitmq/limits.ts'
import { openRabbitmqSink } from '../../src/rabbitmq/sink.ts'
import { openRabbitmqSource } from '../../src/rabbitmq/source.ts'
import { pageOf, resultRow } from '../conformance/rows.ts'

const script = fileURLToPath(new URL('../../../../scripts/systems/rabbitmq.sh', import.meta.url))
const server = await startRabbitmq()

describe.skipIf(server === null)('a RabbitMQ that is in trouble', () => {
  const own = (): RealServer => server!
  const reached = (): { readonly host: string; readonly port: number } => ({ host: '127.0.0.1', port: own().port })
  const ctl = (...words: readonly string[]): Promise<unknown> => promisify(execFile)(script, ['ctl', own().folder, ...words])
  const sink = (answerMs = 20_000): Promise<Sink> =>
    openRabbitmqSink({ identity: 'one', from: 0, next: 9, settings: { ...reached(), routingKey: 'rows' } }, { ...limits, answerMs })
  const source = (): Promise<Source> => openRabbitmqSource({ identity: 'one', position: null, settings: { ...reached(), queue: 'rows' } })

  beforeAll(async () => {
    const model = await connect(own().url)
    await (await model.createChannel()).assertQueue('rows')
    await model.close()
  })

  afterAll(() => own().stop())

  it('that was short of memory takes the rows when it no longer is; until then it is lost, with its reason', { timeout: 120_000 }, async () => {
    await ctl('set_vm_memory_high_watermark', 'absolute', '1MB')
    const [patient, short] = [await sink(), await sink(500)]
    const writing = patient.write(pageOf([resultRow(1)]))
    const reason = /it takes no messages \(low on memory\) for 0.5 s/
    await expect(short.write(pageOf([resultRow(2)]))).rejects.toMatchObject({ code: 'CONNECTOR_LOST', message: expect.stringMatching(reason) })
    await ctl('set_vm_memory_high_watermark', 'absolute', '1GB')
    expect(await writing).toEqual([])
    await patient.close()
  })

  it('that is killed is lost; what it confirmed is there when it runs again', { timeout: 120_000 }, async () => {
    const [writer, reader] = [await sink(), await source()]
    const page = pageOf([resultRow(3)])
    await writer.write(page)
    const waiting = untilLost(reader)
    await own().kill()
    await waiting
    await expect(writer.write(page)).rejects.toMatchObject({ code: 'CONNECTOR_LOST' })
    await expect(source()).rejects.toMatchObject({ code: 'CONNECTOR_LOST' })
    await own().restart()
    const again = await source()
    const bodies = await untilFound(again, '"_id":"00000000000000000000000000000003"')
    expect(bodies.length).toBeGreaterThan(0)
    await again.close()
  })
})

/** Accepts nothing. */
async function untilLost(source: Source): Promise<void> {
  await expect(
    (async () => {
      for (;;) await source.next()
    })(),
  ).rejects.toMatchObject({ code: 'CONNECTOR_LOST' })
}

async function untilFound(source: Source, part: string): Promise<readonly string[]> {
  for (;;) {
    const messages = await source.next()
    const bodies = messages.bodies.map(String)
    await source.accepted(messages)
    if (bodies.some((body) => body.includes(part))) return bodies
  }
}
