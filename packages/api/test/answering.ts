import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that answers as a test says, and remembers what it was asked. */
export class Answering {
  readonly asked: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }[] = []
  url = ''
  private readonly server: Server

  constructor(answer: (response: ServerResponse, attempt: number, request: IncomingMessage) => void) {
    this.server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request
      const body = Buffer.concat(await request.toArray()).toString()
      this.asked.push({ method, url, headers, body })
      answer(response, this.asked.length, request)
    })
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
}
