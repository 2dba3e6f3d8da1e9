import type { RabbitmqSink } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import type { Sink } from '../../src/contract.ts'
import { openRabbitmqSink } from '../../src/rabbitmq/sink.ts'
import { pageOf, recordRow, resultRow, valuesOf } from '../conformance/rows.ts'
import { RabbitmqWorld } from './world.ts'

const server = await sharedRabbitmq()

describe.skipIf(server === null)('an exchange', () => {
  let world: RabbitmqWorld
  const opened: Sink[] = []

  beforeEach(async () => {
    world = await RabbitmqWorld.begin(server!)
  })

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((sink) => sink.close()))
    await world.end()
  })

  async function open(settings: Pick<RabbitmqSink, 'exchange' | 'routingKey' | 'maxMessageBytes'>): Promise<Sink> {
    const sink = await openRabbitmqSink({ identity: 'one', from: 0, next: 10, settings: { ...world.reached(), ...settings } })
    opened.push(sink)
    return sink
  }

  it('gets each row as a persistent message of JSON, named by the key of the row, with the routing key that its values make', async () => {
    const sink = await open({ exchange: world.name, routingKey: 'a.{station_id}.{sensor.id}.{ok}.{readings}{text}' })
    const result = resultRow(3, 0, { ...valuesOf(3), text: null, ok: null })
    await sink.write(pageOf([result]))
    await sink.write(pageOf([{ ...recordRow(12), text: '\u00e9' }]))
    const [first, second] = await world.take()
    expect(first!.properties).toMatchObject({ contentType: 'application/json', deliveryMode: 2, messageId: result._id })
    expect(Math.abs(first!.properties.timestamp - Date.now() / 1000)).toBeLessThan(60)
    expect(first!.fields.routingKey).toBe('a.3.s3..[0.5,1.5,2.5]')
    expect(second!.properties.messageId).toBe('12')
    expect(second!.fields.routingKey).toBe('a.12.s12.true.[]\u00e9')
    expect(first!.content.toString()).toBe(
      Buffer.from(pageOf([result]).lines)
        .toString()
        .trimEnd(),
    )
  })

  it('without a name leads to the queue that is called as the routing key', async () => {
    await (await open({ routingKey: world.name })).write(pageOf([resultRow(1), resultRow(2)]))
    expect(await world.take()).toHaveLength(2)
  })

  it('that leads a row to no queue refuses it by its routing key, and the same row once a queue is bound', async () => {
    await world.channel.unbindQueue(world.name, world.name, '#')
    const settings = { exchange: world.name, routingKey: 'rows.{station_id}' }
    const reason = `no queue is bound to the exchange ${world.name} for the routing key rows.4: bind one`
    await expect((await open(settings)).write(pageOf([resultRow(4), resultRow(5)]))).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: `RabbitMQ refuses: ${reason}.`,
    })
    await world.channel.bindQueue(world.name, world.name, 'rows.*')
    expect(await (await open(settings)).write(pageOf([resultRow(4), resultRow(5)]))).toEqual([])
  })

  it('with a routing key of a column that the rows do not have is refused with those they have', async () => {
    const writing = (await open({ exchange: world.name, routingKey: 'rows.{station}' })).write(pageOf([resultRow(4)]))
    await expect(writing).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringMatching(/no column station; there are: _id, .*station_id/),
    })
  })

  it('whose queue is full and says so is lost: the rows come again', async () => {
    const full = `${world.name}-full`
    await world.channel.assertQueue(full, { maxLength: 1, overflow: 'reject-publish' })
    const writing = (await open({ routingKey: full })).write(pageOf([resultRow(1), resultRow(2), resultRow(3)]))
    await expect(writing).rejects.toMatchObject({ code: 'CONNECTOR_LOST', message: expect.stringContaining('a queue is full') })
    await world.channel.deleteQueue(full)
  })

  it('never gets a row that is larger than it takes; the others go on', async () => {
    const sink = await open({ exchange: world.name, routingKey: 'rows', maxMessageBytes: 10_000 })
    const large = resultRow(1, 0, { ...valuesOf(1), text: 'x'.repeat(10_000) })
    const refused = await sink.write(pageOf([resultRow(0), large, resultRow(2)]))
    expect(refused).toEqual([{ row: 1, reason: expect.stringMatching(/of 10\d{3} bytes is larger than maxMessageBytes, 10000/) }])
    expect((await world.take()).map(({ properties }) => properties.messageId)).toEqual([resultRow(0)._id, resultRow(2)._id])
  })

  it('takes a row of some MiB, and so many at once that not all fit on the way', async () => {
    const sink = await open({ exchange: world.name, routingKey: 'rows' })
    const text = 'x'.repeat(3 << 20)
    await sink.write(pageOf([resultRow(0, 0, { ...valuesOf(0), text })]))
    await sink.write(pageOf(Array.from({ length: 5000 }, (_, number) => resultRow(number))))
    expect(await world.take()).toHaveLength(5001)
  })
})
