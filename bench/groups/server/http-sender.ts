import { connect, type Socket } from 'node:net'
import { type LoadSpec, tenantAt } from './load-spec.ts'

interface Waiting {
  resolve(status: number): void
  reject(error: Error): void
}

/** A connection to the server kept open, one body on its way at a time; written by hand, so that the load costs little. */
export class HttpSender {
  private readonly port: number
  private readonly head: string
  private socket: Socket | null = null
  private text = ''
  private waiting: Waiting | null = null
  private sequence = 0

  constructor(port: number, key: string, producer: string) {
    this.port = port
    this.head = `POST /v1/streams/alarms/records HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: text/csv\r\nmillrace-producer: ${producer}\r\n`
  }

  /** Resolves with the status, once the answer is whole. */
  send(body: string): Promise<number> {
    this.socket ??= this.open()
    this.socket.write(`${this.head}millrace-sequence: ${this.sequence++}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, 'latin1')
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
  }

  close(): void {
    this.waiting = null
    this.socket?.destroy()
    this.socket = null
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
    socket.on('data', (text: string) => this.take(text))
    socket.on('error', () => {})
    socket.on('close', () => {
      if (this.socket === socket) this.waiting?.reject(new Error('the connection was closed'))
    })
    return socket
  }

  private take(text: string): void {
    this.text += text
    const end = this.text.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.text.slice(0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (this.text.length < end + 4 + length) return
    this.text = this.text.slice(end + 4 + length)
    const { waiting } = this
    // Who is refused is disconnected.
    if (/connection: close/i.test(head)) this.close()
    waiting?.resolve(Number(head.slice(9, 12)))
  }
}

/** All connections of a load. */
export function sendersOf(spec: LoadSpec): readonly HttpSender[] {
  return Array.from({ length: spec.connections }, (_, at) => new HttpSender(spec.port, tenantAt(spec, at).key, `${spec.run}-${at}`))
}
