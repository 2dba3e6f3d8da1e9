import type { MessagePort } from 'node:worker_threads'

/** Messages to another thread: those of one turn of the event loop go together, as each costs more than what it holds. */
export class Outbox<Message> {
  private readonly port: Pick<MessagePort, 'postMessage'>
  private waiting: Message[] = []

  constructor(port: Pick<MessagePort, 'postMessage'>) {
    this.port = port
  }

  send(message: Message): void {
    if (this.waiting.push(message) > 1) return
    // After all promises that are settled by now.
    process.nextTick(() => {
      const together = this.waiting
      this.waiting = []
      this.port.postMessage(together)
    })
  }
}
