import type { Channel } from 'amqplib'

/** It is cheap, but not for each batch. */
const usuallyEveryMs = 1000

/** How many messages wait in a queue, about: asked now and then, and counted down by what was delivered since. */
export class QueueLength {
  private readonly channel: Pick<Channel, 'checkQueue'>
  private readonly queue: string
  private known: number
  private deliveries = 0
  private askedMs = performance.now()
  private readonly everyMs: number

  constructor(channel: Pick<Channel, 'checkQueue'>, queue: string, known: number, everyMs = usuallyEveryMs) {
    this.channel = channel
    this.queue = queue
    this.known = known
    this.everyMs = everyMs
  }

  get now(): number {
    return this.known
  }

  delivered(): void {
    this.deliveries++
    if (this.known > 0) this.known--
  }

  /** If the last time is long ago. The answer comes later; where none comes the connection fails by itself. */
  askAgain(): void {
    if (performance.now() - this.askedMs < this.everyMs) return
    this.askedMs = performance.now()
    const before = this.deliveries
    this.channel.checkQueue(this.queue).then(
      ({ messageCount }) => {
        // What comes together with the answer is seen before it: too few of a long queue is better than too many of one that is empty.
        this.known = Math.max(0, messageCount - (this.deliveries - before))
      },
      () => undefined,
    )
  }
}
