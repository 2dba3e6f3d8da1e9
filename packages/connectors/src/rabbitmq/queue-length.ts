import type { Channel } from 'amqplib'

/** It is cheap, but not for each batch. */
const everyMs = 1000

/** How many messages wait in a queue, about: asked now and then, and counted down by what was delivered since. */
export class QueueLength {
  private readonly channel: Channel
  private readonly queue: string
  private known: number
  private askedMs = performance.now()

  constructor(channel: Channel, queue: string, known: number) {
    this.channel = channel
    this.queue = queue
    this.known = known
  }

  get now(): number {
    return this.known
  }

  delivered(): void {
    if (this.known > 0) this.known--
  }

  /** If the last time is long ago. The answer comes later; where none comes the connection fails by itself. */
  askAgain(): void {
    if (performance.now() - this.askedMs < everyMs) return
    this.askedMs = performance.now()
    this.channel.checkQueue(this.queue).then(
      ({ messageCount }) => {
        this.known = messageCount
      },
      () => undefined,
    )
  }
}
