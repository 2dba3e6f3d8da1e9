import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { PacketLengths } from './packet-lengths.ts'

/** A message takes at least so much. */
const leastHeldBytes = 256

/**
 * A connection that brings no more than can be taken: packets that are too long end it, and nothing is read from the socket
 * while messages of too many bytes wait to be durable.
 */
export class GuardedSocket extends Duplex {
  /** Where it comes from; null: it was closed at once. */
  readonly address: string | null
  readonly #socket: Socket
  readonly #lengths: PacketLengths
  readonly #mostHeldBytes: number
  #held = 0
  #isWanted = false
  #isEnded = false
  /** Told of the ids that the connection acknowledges. */
  acknowledged: (messageId: number) => void = () => {}

  constructor(socket: Socket, mostPacketBytes: number, mostHeldBytes: number) {
    super()
    this.address = socket.remoteAddress ?? null
    this.#socket = socket
    this.#lengths = new PacketLengths(mostPacketBytes, (messageId) => this.acknowledged(messageId))
    this.#mostHeldBytes = mostHeldBytes
    socket.on('readable', () => this.#pump())
    socket.on('end', () => this.#end())
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () => this.#end())
  }

  /** A message begins to wait; what is answered is called when it no longer does. */
  hold(bytes: number): () => void {
    const held = Math.max(bytes, leastHeldBytes)
    this.#held += held
    return () => {
      this.#held -= held
      this.#pump()
    }
  }

  override _read(): void {
    this.#isWanted = true
    this.#pump()
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // Nobody is there any more to whom it could be told.
    if (this.#isEnded) done()
    else this.#socket.write(bytes, () => done())
  }

  override _writev(pieces: readonly { readonly chunk: Uint8Array }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'utf8', done)
  }

  override _final(done: () => void): void {
    if (this.#isEnded) done()
    else this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  /** Nothing more comes; what came before is taken still, once that before it is durable. */
  #end(error?: Error): void {
    if (this.#isEnded) return
    this.#isEnded = true
    if (error !== undefined && this.readableLength === 0) this.destroy(error)
    else this.push(null)
  }

  #pump(): void {
    while (this.#isWanted && this.#held < this.#mostHeldBytes && !this.#isEnded && !this.destroyed) {
      const bytes = this.#socket.read() as Buffer | null
      if (bytes === null) return
      if (!this.#lengths.take(bytes)) {
        this.destroy(new Error('a packet is too long'))
        return
      }
      this.#isWanted = this.push(bytes)
    }
  }
}
