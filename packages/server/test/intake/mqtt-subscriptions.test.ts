import { describe, expect, it } from 'vitest'
import { bytesOf, type Ground, line, lines, streamOf } from './ground.ts'
import { callers, loggedIn, open } from './mqtt-ground.ts'

const send = (ground: Ground, text: string, tenant = 't', stream = 'readings') => ground.intake.message(streamOf(tenant, stream), bytesOf(text))
const rowOf = ({ payload }: { readonly payload: string | Buffer }): { readonly value: number } => JSON.parse(payload.toString())
const inLog = (ground: Ground): number => ground.log.nextSequence('t')

describe('a subscriber', () => {
  it('is sent what comes from then on, a record a message, under its topic', async () => {
    const { ground, client } = await open()
    await send(ground, line(0))
    const reader = await loggedIn(client(), 'reader')
    expect(await reader.subscribe(1, ['streams/readings', 'streams/readings/dead-letters'])).toEqual([0, 0])
    await send(ground, `${line(1)}not json\n${line(2)}`)
    const messages = await reader.until(3)
    expect(messages.map(({ topic, qos, retain, dup }) => [topic, qos, retain, dup])).toEqual([
      ['streams/readings', 0, false, false],
      ['streams/readings', 0, false, false],
      ['streams/readings/dead-letters', 0, false, false],
    ])
    expect(messages.map(rowOf)).toMatchObject([{ $sequence: 2, sensor: 'a', value: 1 }, { $sequence: 3, value: 2 }, { text: 'not json' }])
  })

  it('takes wildcards, and what several filters name comes once, with the highest QoS', async () => {
    const { ground, client } = await open()
    const reader = await loggedIn(client(), 'reader')
    expect(await reader.subscribe(1, ['#', 'streams/+'], 0)).toEqual([0, 0])
    expect(await reader.subscribe(2, ['+/readings'], 1)).toEqual([1])
    await send(ground, line(1))
    await send(ground, JSON.stringify({ at: 1, sensor: 'b', value: 2 }), 't', 'objects')
    await send(ground, 'bad')
    const messages = await reader.until(3)
    expect(messages.map(({ topic, qos }) => [topic, qos])).toEqual([
      ['streams/readings', 1],
      ['streams/objects', 0],
      ['streams/readings/dead-letters', 0],
    ])
    reader.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['#', '+/readings'] })
    await reader.next('unsuback')
    await send(ground, 'bad')
    await send(ground, line(3))
    expect((await reader.until(4)).slice(3).map(({ topic, qos }) => [topic, qos])).toEqual([['streams/readings', 0]])
  })

  it('holds a hundred filters, however many it asks for at once; one that it has may come again', async () => {
    const { client } = await open()
    const reader = await loggedIn(client(), 'reader')
    const filters = Array.from({ length: 300 }, (_, i) => `streams/x${i}/#`)
    const granted = await reader.subscribe(1, filters)
    expect(granted).toEqual(filters.map((_, i) => (i < 100 ? 0 : 128)))
    expect(await reader.subscribe(2, ['streams/x7/#', 'streams/+'], 1)).toEqual([1, 128])
    reader.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['streams/x7/#'] })
    await reader.next('unsuback')
    expect(await reader.subscribe(4, ['streams/+', 'streams/x7/#'])).toEqual([0, 128])
  })

  it('is told nothing of what others have, nor of what devices send', async () => {
    const { ground, client } = await open()
    const [reader, device, neighbour] = [
      await loggedIn(client(), 'reader'),
      await loggedIn(client(), 'secret', 't', 'd'),
      await loggedIn(client(), 'other', 'u'),
    ]
    expect(await reader.subscribe(1, ['#', '+/+', '$SYS/#', 'streams/nothing', 'u/#', 'streams/readings'])).toEqual([0, 0, 128, 128, 128, 0])
    expect(await device.subscribe(1, ['#', 'streams/readings'])).toEqual([128, 128])
    expect(await (await loggedIn(client(), 'device', 't', 'e')).subscribe(1, ['#'])).toEqual([128])
    await neighbour.publish(1, 'streams/readings', line(5))
    await device.publish(1, 'streams/readings', line(1) + line(2))
    await reader.until(2)
    await send(ground, line(3))
    expect((await reader.until(3)).map(rowOf).map(({ value }) => value)).toEqual([1, 2, 3])
    expect(device.messages).toEqual([])
  })

  it('that acknowledges gets all there is, in its order; one that does not gets so much and is ended', async () => {
    const { ground, client, ended } = await open({ stalledMs: 200 })
    const [diligent, silent] = [await loggedIn(client(), 'reader', 't', 'a'), await loggedIn(client(), 'reader', 't', 'b')]
    for (const reader of [diligent, silent]) await reader.subscribe(1, ['streams/readings'], 1)
    await send(ground, lines(0, 5000))
    for (let count = 0; count < 5000; ) {
      const messages = await diligent.until(count + 1)
      for (; count < messages.length; count++) diligent.acknowledge(messages[count]?.messageId as number)
    }
    expect(diligent.messages.map(rowOf).map(({ value }) => value)).toEqual(Array.from({ length: 5000 }, (_, i) => i))
    await silent.closed
    expect(silent.messages.length).toBe(1000)
    expect(ended).toEqual(['slow'])
  })

  it('that reads nothing costs no memory, and is ended', async () => {
    const { ground, client, ended } = await open({ stalledMs: 300 })
    const slow = await loggedIn(client(), 'reader')
    await slow.subscribe(1, ['streams/readings'])
    slow.pause()
    const before = process.memoryUsage().rss
    for (let i = 0; i < 20; i++) await send(ground, lines(0, 10_000).repeat(1))
    expect(inLog(ground)).toBe(200_001)
    await expect.poll(() => ended).toEqual(['slow'])
    expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20)
  })

  it('is ended the moment its key is revoked', async () => {
    const { ground, client, endKey, ended } = await open()
    const reader = await loggedIn(client(), 'reader')
    await reader.subscribe(1, ['#'])
    endKey('reader')
    await reader.closed
    expect(ended).toEqual(['key'])
    const late = await loggedIn(client(), 'stranger', 'u')
    await late.subscribe(1, ['#'])
    // Past its time, without anybody having said so.
    callers.delete('stranger')
    await send(ground, line(1), 'u')
    await late.closed
    expect(late.messages).toEqual([])
  })
})
