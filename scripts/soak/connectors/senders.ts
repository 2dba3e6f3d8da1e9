import { setTimeout as after } from 'node:timers/promises'
import { Producer } from '@platformatic/kafka'
import type { Draw } from '../../../packages/oracle/test/random/draw.ts'
import type { Brokers } from './brokers.ts'
import type { StreamName } from './counted-app.ts'

/** Numbers of lines that a system took. */
export interface Sent {
  readonly good: Set<number>
  /** Of those that fit no stream. */
  readonly bad: Set<number>
  /** Messages that were sent twice. */
  twice: number
}

/** Sends until it is stopped; all that is in `sent` is there then. */
export interface Sender {
  readonly sent: Sent
  stop(): Promise<void>
}

/** By the stream that the lines come to. */
export type Senders = Readonly<Record<StreamName, Sender>>

/** A line in 20 fits no stream. */
const misfits = 0.05

/** Messages to a topic, each once. */
export function sendToTopic(brokers: Brokers, draw: Draw): Sender {
  const producer = new Producer({ clientId: 'producer', bootstrapBrokers: [brokers.systems.kafka.url], retries: 0 })
  const sending = until(draw, nothing(), async (bodies) => {
    const messages = bodies.map((body) => ({ topic: brokers.of('in'), partition: draw.whole(0, 1), value: Buffer.from(body) }))
    await producer.send({ messages, acks: -1 })
  })
  return {
    ...sending,
    async stop() {
      await sending.stop()
      await producer.close()
    },
  }
}

/** Messages to a queue, some of them twice, as by a producer that did not hear of the confirm. */
export function sendToQueue(brokers: Brokers, draw: Draw): Sender {
  const sent = nothing()
  return until(draw, sent, async (bodies) => {
    for (const body of bodies) {
      const times = draw.chance(0.2) ? 2 : 1
      sent.twice += times - 1
      for (let time = 0; time < times; time++) brokers.channel.sendToQueue(brokers.of('in'), Buffer.from(body), { persistent: true })
    }
    await brokers.channel.waitForConfirms()
  })
}

const nothing = (): Sent => ({ good: new Set(), bad: new Set(), twice: 0 })

function until(draw: Draw, sent: Sent, send: (bodies: readonly string[]) => Promise<void>): Sender {
  let isOver = false
  let number = 0
  const line = (): string => {
    const isBad = draw.chance(misfits)
    const kept = isBad ? sent.bad : sent.good
    kept.add(++number)
    const at = Date.now() - draw.whole(0, draw.chance(0.9) ? 500 : 4000)
    return JSON.stringify({ sensor: draw.whole(1, 20), at, value: isBad ? `bad-${number}` : draw.whole(0, 100), number })
  }
  const body = (): string => Array.from({ length: draw.whole(1, 3) }, line).join('\n')
  const sending = (async () => {
    while (!isOver) {
      await send(Array.from({ length: draw.whole(1, 12) }, body))
      await after(draw.whole(5, 40))
    }
  })()
  sending.catch(() => {})
  return {
    sent,
    async stop() {
      isOver = true
      await sending
    },
  }
}
