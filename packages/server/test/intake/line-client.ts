import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Sends lines over TCP; what is answered can be awaited. */
export class LineClient {
  readonly socket: Socket
  readonly answers: Readonly<Record<string, unknown>>[] = []
  readonly closed: Promise<void>
  #rest = ''
  #isClosed = false
  #wake = (): void => {}

  /** `ca`: over TLS, with a certificate that it signed. */
  constructor(port: number, ca?: string) {
    this.socket = ca === undefined ? connect({ port, host: '127.0.0.1' }) : connectTls({ port, host: '127.0.0.1', ca })
    this.socket.on('error', () => {})
    this.socket.on('data', (bytes) => this.#take(bytes.toString()))
    this.closed = new Promise((resolve) =>
      this.socket.on('close', () => {
        this.#isClosed = true
        this.#wake()
        resolve()
      }),
    )
  }

  send(text: string | Uint8Array): boolean {
    return this.socket.write(text)
  }

  /** The first answer that fits; undefined: the connection was closed before. */
  async next(fits: (answer: Readonly<Record<string, unknown>>) => boolean = () => true): Promise<Readonly<Record<string, unknown>> | undefined> {
    for (;;) {
      const found = this.answers.find(fits)
      if (found !== undefined || this.#isClosed) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Ends the lines; the last answer. */
  async end(text = ''): Promise<Readonly<Record<string, unknown>> | undefined> {
    this.socket.end(text)
    await this.closed
    return this.answers.at(-1)
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    this.answers.push(...lines.map((line) => JSON.parse(line)))
    this.#wake()
  }
}
