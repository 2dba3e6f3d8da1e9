import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../../failure.ts'
import type { Sent, Way } from './way.ts'

export interface TcpWay {
  /** `tcp://host:9000`, `tls://host:9000`. */
  readonly url: string
  readonly key: string
  readonly stream: string
  /** Who sends: its lines are numbered, so that each is kept once. */
  readonly producer: string
  /** The first line of each connection; null: none. */
  readonly header: string | null
}

/** What the server answers: how many lines of the producer are durable, or why it takes no more. */
interface Answer {
  readonly lines?: number
  readonly accepted?: number
  readonly rejected?: number
  readonly end?: boolean
  readonly error?: { readonly code: string; readonly message: string }
}

const againMs = 100

/** Lines over a socket; over the next one where it breaks, from the first that is not durable. Errors: CLI_TCP_REFUSED. */
export async function tcpWay(options: TcpWay): Promise<Way> {
  const lines = new Lines(options)
  await lines.opened
  return { send: (records) => lines.send(records), close: () => lines.close() }
}

class Lines {
  readonly opened: Promise<void>
  private readonly options: TcpWay
  private readonly ready = Promise.withResolvers<void>()
  private socket: Socket | null = null
  /** Lines that are durable, and those behind them that were sent. */
  private durable = 0
  private isFirst = true
  private unacknowledged: string[] = []
  private readonly waiting: { readonly upTo: number; resolve(sent: Sent): void; reject(error: unknown): void }[] = []
  private failure: MillraceError | null = null
  private isClosed = false

  constructor(options: TcpWay) {
    this.options = options
    this.opened = this.ready.promise
    this.open()
  }

  send(records: readonly string[]): Promise<Sent> {
    if (this.failure !== null) return Promise.reject(this.failure)
    this.unacknowledged.push(...records)
    this.socket?.write(`${records.join('\n')}\n`)
    const { promise, resolve, reject } = Promise.withResolvers<Sent>()
    this.waiting.push({ upTo: this.durable + this.unacknowledged.length, resolve, reject })
    return promise
  }

  async close(): Promise<void> {
    this.isClosed = true
    const { socket } = this
    if (socket === null || socket.destroyed) return
    if (this.unacknowledged.length > 0) socket.destroy()
    else await new Promise<void>((resolve) => socket.once('close', () => resolve()).end())
  }

  private open(): void {
    const { url, key, stream, producer } = this.options
    const { protocol, hostname: host, port } = new URL(url)
    const socket = protocol === 'tls:' ? connectTls({ host, port: Number(port) }) : connect({ host, port: Number(port) })
    let reason: unknown = null
    socket.setNoDelay(true)
    socket.on('error', (error) => {
      reason = error
    })
    socket.on('close', () => this.closed(reason))
    createInterface({ input: socket })
      .on('line', (line) => {
        const answer = answerIn(line)
        if (answer !== null) return this.take(socket, answer)
        this.fail(`what listens there answers ${JSON.stringify(line.slice(0, 100))}`)
        socket.destroy()
      })
      // It hands on errors of the socket.
      .on('error', () => {})
    socket.write(`${key} ${stream} ${producer}\n`)
  }

  private take(socket: Socket, { lines = 0, error, end }: Answer): void {
    if (error !== undefined) this.fail(`${error.code}: ${error.message}`)
    if (error !== undefined || end === true) return
    // A producer that sent before goes on behind what is durable.
    if (this.isFirst) this.durable = lines
    this.isFirst = false
    this.unacknowledged = this.unacknowledged.slice(lines - this.durable)
    this.durable = lines
    while (this.waiting[0] !== undefined && this.waiting[0].upTo <= lines) this.waiting.shift()?.resolve({ accepted: null, rejected: null })
    if (this.socket === socket) return
    this.socket = socket
    const { header } = this.options
    socket.write([...(header === null ? [] : [header]), ...this.unacknowledged].map((line) => `${line}\n`).join(''))
    this.ready.resolve()
  }

  private closed(reason: unknown): void {
    const wasOpen = this.socket !== null
    this.socket = null
    if (this.isClosed || this.failure !== null) return
    if (!wasOpen && this.isFirst) this.fail(reason === null ? 'the connection was closed' : reasonOf(reason))
    else setTimeout(() => this.open(), againMs)
  }

  private fail(reason: string): void {
    this.failure ??= new MillraceError('CLI_TCP_REFUSED', { url: this.options.url, reason })
    this.ready.reject(this.failure)
    for (const { reject } of this.waiting.splice(0)) reject(this.failure)
  }
}

/** Null: it is no answer of the server. */
function answerIn(line: string): Answer | null {
  try {
    const found: unknown = JSON.parse(line)
    return typeof found === 'object' ? (found as Answer | null) : null
  } catch {
    return null
  }
}
