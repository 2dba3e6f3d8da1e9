import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import type { Source } from '../../src/contract.ts'
import { limits } from '../../src/rabbitmq/limits.ts'
import { openRabbitmqSource } from '../../src/rabbitmq/source.ts'
import { RabbitmqWorld } from './world.ts'

const server = await sharedRabbitmq()

describe.skipIf(server === null)('a queue', () => {
  let world: RabbitmqWorld
  let source: Source | null = null

  beforeEach(async () => {
    world = await RabbitmqWorld.begin(server!)
  })

  afterEach(async () => {
    await source?.close()
    await world.end()
  })

  const open = async (prefetch?: number, queue = world.name): Promise<Source> => {
    source = await openRabbitmqSource({ identity: 'one', position: null, settings: { ...world.reached(), queue, prefetch } })
    return source
  }

  async function send(count: number, body: Buffer): Promise<void> {
    for (let sent = 0; sent < count; sent++) world.channel.sendToQueue(world.name, body)
    await world.channel.checkQueue(world.name)
  }

  it('gives no more than may wait to be acknowledged, and says how many are behind', async () => {
    await send(50, Buffer.from('x'))
    const { bodies, behind } = await (await open(20)).next()
    expect(bodies.length).toBeLessThanOrEqual(20)
    expect(bodies.length + behind!).toBe(50)
  })

  it('may stay empty for longer than an answer may take', async () => {
    const settings = { ...world.reached(), queue: world.name }
    source = await openRabbitmqSource({ identity: 'one', position: null, settings }, { ...limits, answerMs: 500 })
    const waiting = source.next()
    await pause(700)
    await send(1, Buffer.from('late'))
    expect((await waiting).bodies.map(String)).toEqual(['late'])
  })

  it('that is deleted is lost, and then refused by its name', async () => {
    const waiting = expect((await open()).next()).rejects.toMatchObject({ code: 'CONNECTOR_LOST', message: expect.stringContaining(world.name) })
    await world.channel.deleteQueue(world.name)
    await waiting
    await expect(open()).rejects.toThrow(`no queue '${world.name}' in vhost '/'`)
  })

  it('of large messages is refused where more of them may wait than memory is for, with the prefetch to set', async () => {
    await send(70, randomBytes(1 << 20))
    const slow = await open(70)
    const first = await slow.next()
    const failure = (): Promise<string> =>
      slow.accepted(first).then(
        () => '',
        (error: Error) => error.message,
      )
    await expect.poll(failure).toMatch(/refuses: queue .* 64 MiB wait to be acknowledged: set prefetch to 32\.$/)
    await slow.close()
    expect(await take(await open(32), 70 - first.bodies.length)).toBe(70 - first.bodies.length)
  })

  it('that is a stream is refused: nothing is taken out of it', async () => {
    const stream = `${world.name}-stream`
    await world.channel.assertQueue(stream, { arguments: { 'x-queue-type': 'stream' } })
    const waiting = expect((await open(10, stream)).next()).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringContaining('it is a stream'),
    })
    world.channel.sendToQueue(stream, Buffer.from('x'))
    await waiting
    await world.channel.deleteQueue(stream)
  })

  it('that another one has for itself is refused', async () => {
    await world.channel.consume(world.name, () => undefined, { exclusive: true })
    await expect(open()).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining('exclusive use') })
  })

  it('in a virtual host that is not there is refused', async () => {
    const settings = { ...world.reached(), queue: world.name, vhost: 'nowhere' }
    const opening = openRabbitmqSource({ identity: 'one', position: null, settings })
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining('virtual host nowhere') })
  })
})

/** So many messages, accepted as they come. */
async function take(source: Source, count: number): Promise<number> {
  let taken = 0
  while (taken < count) {
    const messages = await source.next()
    taken += messages.bodies.length
    await source.accepted(messages)
  }
  return taken
}
