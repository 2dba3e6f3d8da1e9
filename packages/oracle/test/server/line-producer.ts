import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'

interface Sent {
  readonly text: string
  /** Lines up to its last. */
  readonly upTo: number
  readonly acknowledged: () => void
}

/** A producer of lines over TCP: on every connection it hears how many of its lines are durable, and goes on behind them. */
export class LineProducer {
  private readonly port: number
  private readonly greeting: string
  private readonly gone: AbortSignal
  /** Sent and not acknowledged. */
  private sent: Sent[] = []
  private lines = 0
  /** Null: there is no connection, or nothing was heard on it yet. */
  private socket: Socket | null = null
  readonly ended: Promise<void>

  constructor(port: number, key: string, stream: string, producer: string, gone: AbortSignal) {
    this.port = port
    this.greeting = `${key} ${stream} ${producer}\n`
    this.gone = gone
    this.ended = this.connected()
  }

  /** Resolves once all of the lines are durable. */
  async send(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.lines += text.split('\n').length - 1
    this.sent.push({ text, upTo: this.lines, acknowledged: resolve })
    this.socket?.write(text)
    await promise
  }

  private async connected(): Promise<void> {
    while (!this.gone.aborted) {
      const socket = connect({ port: this.port, host: '127.0.0.1', signal: this.gone })
      socket.on('error', () => {})
      const closed = new Promise((resolve) => socket.on('close', resolve))
      socket.write(this.greeting)
      createInterface(socket)
        .on('line', (line) => this.heard(socket, line))
        .on('error', () => {})
      await closed
      this.socket = null
      await after(60)
    }
  }

  private heard(socket: Socket, line: string): void {
    const { lines } = JSON.parse(line) as { readonly lines?: number }
    if (lines === undefined) return
    for (const each of this.sent.filter(({ upTo }) => upTo <= lines)) each.acknowledged()
    this.sent = this.sent.filter(({ upTo }) => upTo > lines)
    if (this.socket === socket) return
    this.socket = socket
    const text = this.sent.map((each) => each.text).join('')
    const [first] = this.sent
    // Of the first some lines may be durable already.
    const known = first === undefined ? 0 : lines - (first.upTo - (first.text.split('\n').length - 1))
    if (text !== '') socket.write(text.split('\n').slice(known).join('\n'))
  }
}
