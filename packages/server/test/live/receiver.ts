import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly first: number
  readonly last: number
  readonly items: readonly Record<string, unknown>[]
}

/** Takes webhooks, as a tenant's server would. */
export class Receiver {
  readonly received: Received[] = []
  /** Status of the next answer; null: none is given. */
  answer: (received: Received) => number | null = () => 204
  /** Of the answers. */
  headers: Readonly<Record<string, string>> = {}
  private readonly server: Server
  private wake = (): void => {}

  constructor() {
    this.server = createServer((request, reply) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => {
        const received = { headers: request.headers, body, ...JSON.parse(body) } as Received
        this.received.push(received)
        const status = this.answer(received)
        if (status !== null) reply.writeHead(status, this.headers).end(status < 300 ? '' : 'not now')
        this.wake()
      })
    })
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  close(): void {
    this.server.close().closeAllConnections()
  }
}

/** As a receiver would check it. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const [, seconds, hash] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['millrace-signature'])) ?? []
  return hash === createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}
