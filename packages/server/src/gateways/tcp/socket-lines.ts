import type { Socket } from 'node:net'
import { MillraceError } from '@millrace/plan'

const lineFeed = 10

/** Lines of a connection, as they come: what is not asked for is not read. */
export class SocketLines {
  readonly #socket: Socket
  readonly #mostLineBytes: number
  #rest: Buffer = Buffer.alloc(0)

  constructor(socket: Socket, mostLineBytes: number) {
    this.#socket = socket
    this.#mostLineBytes = mostLineBytes
    socket.on('error', () => {})
  }

  /** The next line, its end included, of so many bytes at most. Null: the sender ended before it. Errors: LINE_TOO_LONG, INTAKE_CUT. */
  async line(mostBytes: number): Promise<Buffer | null> {
    const end = await this.#whole((bytes) => bytes.subarray(0, mostBytes).indexOf(lineFeed) + 1, mostBytes)
    return end === 0 ? null : this.#take(end)
  }

  /**
   * All whole lines that came so far, at least one; at the end what is left, whose last line may lack its end. Null: that was all.
   * Errors: LINE_TOO_LONG, INTAKE_CUT.
   */
  async all(): Promise<Buffer | null> {
    const end = await this.#whole((bytes) => bytes.lastIndexOf(lineFeed) + 1, this.#mostLineBytes)
    if (end > 0) return this.#take(end)
    return this.#rest.length === 0 ? null : this.#take(this.#rest.length)
  }

  #take(end: number): Buffer {
    const taken = this.#rest.subarray(0, end)
    this.#rest = this.#rest.subarray(end)
    return taken
  }

  /** Reads until there is a line; 0: the sender ended before. */
  async #whole(endOf: (bytes: Buffer) => number, mostBytes: number): Promise<number> {
    for (let end = endOf(this.#rest); ; end = endOf(this.#rest)) {
      if (end > 0) return end
      if (this.#rest.length > mostBytes) throw new MillraceError('LINE_TOO_LONG', { limit: mostBytes })
      if (!(await this.#more())) return 0
    }
  }

  /** False: the sender ended. */
  async #more(): Promise<boolean> {
    const socket = this.#socket
    for (;;) {
      const bytes = socket.read() as Buffer | null
      if (bytes !== null) {
        this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
        return true
      }
      if (socket.readableEnded) return false
      if (socket.destroyed) throw new MillraceError('INTAKE_CUT')
      await news(socket)
    }
  }
}

/** Something came, or nothing will any more. */
function news(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'close']
    const tell = (): void => {
      for (const event of events) socket.off(event, tell)
      resolve()
    }
    for (const event of events) socket.on(event, tell)
  })
}
