import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreatedKey } from '@millrace/api/schemas'
import { outputStream } from '@millrace/jobs'
import type { Plan, StreamNode } from '@millrace/plan'
import { openPlatform, type Platform, readSettings, type Settings } from '@millrace/server'

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

export interface Ask {
  readonly key?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A server in a folder of its own, asked over HTTP. */
export class World {
  readonly data = mkdtempSync(join(tmpdir(), 'millrace-server-'))
  operator = ''
  private opened: Platform | null = null

  get platform(): Platform {
    if (this.opened === null) throw new Error('open the world first')
    return this.opened
  }

  async open(settings: Partial<Settings> = {}): Promise<void> {
    // The disk need not be waited for: nothing here loses its power.
    const flags = { data: this.data, port: 0, logLevel: 'silent', durability: 'os', ...settings }
    this.opened = await openPlatform(readSettings({ file: null, environment: {}, flags }))
    this.operator = this.opened.operatorKey ?? this.operator
    await this.opened.ready
  }

  async restart(settings: Partial<Settings> = {}): Promise<void> {
    await this.platform.close()
    await this.open(settings)
  }

  /** Ends the server and removes its folder. */
  async end(): Promise<void> {
    await this.opened?.close()
    rmSync(this.data, { recursive: true, force: true })
  }

  /** `key`: undefined is the operator's, null is none. */
  async ask(method: string, path: string, { key = this.operator, body, headers = {} }: Ask = {}): Promise<Answer> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const authorization = key === null ? {} : { authorization: `Bearer ${key}` }
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
    const answer = await fetch(this.platform.address + path, { method, body: text ?? null, headers: { ...type, ...authorization, ...headers } })
    const { status, headers: answered } = answer
    if (/[/+]json\b/.test(answered.get('content-type') ?? '')) return { status, body: await answer.json(), headers: answered }
    // Events go on for ever.
    await answer.body?.cancel()
    return { status, body: null, headers: answered }
  }

  /** Figures in Prometheus' text format. */
  async metrics(): Promise<string> {
    return await (await fetch(`${this.platform.address}/metrics`, { headers: { authorization: `Bearer ${this.operator}` } })).text()
  }

  /** Opened with the tenant acme and no threads of its own; answers the tenant's key. */
  async openWithTenant(): Promise<string> {
    await this.open({ workers: 0 })
    return await this.tenant('acme')
  }

  /** Opened with the tenant acme, which has the stream `readings` and runs the app; answers the tenant's key. */
  async openWith(plan: Plan, readings: StreamNode, settings: Partial<Settings>): Promise<string> {
    await this.open(settings)
    const key = await this.tenant('acme')
    await this.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
    await this.ask('PUT', `/v1/apps/${plan.name}`, { key, body: { plan } })
    await this.ask('POST', `/v1/apps/${plan.name}/start`, { key })
    return key
  }

  /** A tenant with a key of these scopes. */
  async tenant(name: string, scopes: readonly string[] = ['admin']): Promise<string> {
    await this.ask('POST', '/v1/tenants', { body: { name } })
    return (await this.key(name, scopes)).secret
  }

  async key(tenant: string, scopes: readonly string[], more: object = {}): Promise<CreatedKey> {
    const { status, body } = await this.ask('POST', '/v1/keys', { body: { tenant, scopes, ...more } })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body as CreatedKey
  }

  /** Records in the stream's own format. */
  send(key: string, stream: string, text: string, type = 'application/x-ndjson'): Promise<Answer> {
    return this.ask('POST', `/v1/streams/${stream}/records`, { key, body: text, headers: { 'content-type': type } })
  }

  /** The newest rows of an output, once the app has taken all records. */
  async settled(tenant: string, app: string): Promise<void> {
    await this.platform.ground.jobs.settle(tenant, app)
  }

  /** Asks while the log can erase nothing. */
  async askWithoutErasing(method: string, path: string, ask: Ask): Promise<Answer> {
    const { log } = this.platform.ground
    const { erase } = log
    log.erase = async () => Promise.reject(new Error('the disk is gone'))
    const answer = await this.ask(method, path, ask)
    log.erase = erase
    return answer
  }

  /** Rows that an output has in the log. */
  rows(tenant: string, app: string, output: string): number {
    return this.platform.ground.log.streams(tenant).find(({ stream }) => stream === outputStream(app, output))?.rows ?? 0
  }
}

const example = new URL('../../../examples/bts-alarms/', import.meta.url)

/** The plan of an app of the example of alarms. */
export async function examplePlan(name: string): Promise<Plan> {
  const { default: app } = (await import(new URL(`${name}.ts`, example).href)) as { readonly default: { readonly plan: Plan } }
  return app.plan
}

export const exampleData = new URL('data/generated.csv', example)
