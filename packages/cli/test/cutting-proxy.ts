import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Lets bytes through to a port and cuts each connection after some thousand of them, until it is told to spare them. */
export class CuttingProxy {
  cuts = 0
  private spares = false
  private readonly sockets = new Set<Socket>()
  private readonly server = createServer((from) => this.take(from))
  private readonly port: number

  constructor(port: number) {
    this.port = port
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return (this.server.address() as AddressInfo).port
  }

  spare(): void {
    this.spares = true
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private take(from: Socket): void {
    const to = connect(this.port, '127.0.0.1')
    let left = 1000 + Math.floor(Math.random() * 8000)
    for (const [one, another] of [
      [from, to],
      [to, from],
    ] as const) {
      this.sockets.add(one)
      one.on('error', () => another.destroy())
      one.on('close', () => {
        this.sockets.delete(one)
        another.destroy()
      })
      one.on('data', (bytes) => {
        left -= bytes.length
        if (left >= 0 || this.spares) another.write(bytes)
        else {
          this.cuts++
          one.destroy()
        }
      })
    }
  }
}
