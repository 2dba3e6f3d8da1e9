import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Bytes in place of others, as many. */
type Change = (bytes: Buffer) => Buffer
const same: Change = (bytes) => bytes

/** A port that leads to another one, until it is cut or falls silent. */
export class Wire {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private silent = false

  private constructor(target: number, answer: Change) {
    this.server = createServer((near) => {
      const far = connect(target, '127.0.0.1')
      this.join(near, far)
      this.join(far, near, answer)
    })
  }

  /** Of a system that names its own port in answers, these have to be changed. */
  static async to(port: number, answer: Change = same): Promise<Wire> {
    const wire = new Wire(port, answer)
    await new Promise<void>((resolve) => wire.server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** Ends what is connected; others may connect. */
  cut(): void {
    this.silent = false
    for (const socket of this.sockets) socket.destroy()
  }

  /** Carries nothing any more until it is cut. */
  silence(): void {
    this.silent = true
    for (const socket of this.sockets) socket.pause()
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    this.cut()
    await closed
  }

  private join(from: Socket, to: Socket, change: Change = same): void {
    this.sockets.add(from)
    from.on('error', () => undefined)
    from.on('data', (bytes) => to.write(change(bytes)))
    from.on('close', () => {
      this.sockets.delete(from)
      to.destroy()
    })
    if (this.silent) from.pause()
  }
}
