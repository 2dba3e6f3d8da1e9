import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { MillraceClient } from '@millrace/api'

export type ResultRow = Readonly<Record<string, unknown>>

/** Follows an output as events, from life to life of the server, cut now and then. */
export class Follower {
  readonly rows: ResultRow[] = []
  /** What ended it; null: nothing did. */
  failure: string | null = null
  private readonly stopping = new AbortController()
  private readonly ended: Promise<void>

  constructor(url: string, key: string, app: string, output: string) {
    const client = new MillraceClient({ url, key, retries: { tries: 10_000, firstDelayMs: 50, mostDelayMs: 150 } })
    this.ended = this.follow(client, app, output).catch((error: unknown) => {
      this.failure = String(error)
    })
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.ended
  }

  private async follow(client: MillraceClient, app: string, output: string): Promise<void> {
    let last: string | undefined
    while (!this.stopping.signal.aborted) {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(700)])
      for await (const { id, row } of client.followResults(app, output, { from: 'begin', after: last, signal })) {
        last = id
        this.rows.push(row)
      }
    }
  }
}

/** Takes the webhooks of all tenants; answers well, mostly. */
export class Hooks {
  /** By name of the webhook. */
  private readonly rows = new Map<string, ResultRow[]>()
  url = ''
  private readonly server: Server

  constructor() {
    this.server = createServer((request, reply) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => {
        const { webhook, items } = JSON.parse(body) as { readonly webhook: string; readonly items: readonly ResultRow[] }
        this.rowsOf(webhook).push(...items)
        reply.writeHead(204).end()
      })
      request.on('error', () => {})
    })
  }

  /** What a webhook was sent; it grows. */
  rowsOf(webhook: string): ResultRow[] {
    const rows = this.rows.get(webhook) ?? []
    this.rows.set(webhook, rows)
    return rows
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`
  }

  close(): void {
    this.server.close().closeAllConnections()
  }
}

/** Resolves when it is so; throws where it is not within so long, ms. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const untilMs = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`within ${withinMs} ms it did not come so far: ${what}`)
    await after(30)
  }
}
