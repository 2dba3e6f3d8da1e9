import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import type { StreamNode } from '@millrace/plan'
import { ServerProcess } from '../../../packages/oracle/test/server/server-process.ts'
import loadApp from '../../apps/load.ts'
import type { Loaded, LoadedTenant, LoadSpec } from './load-spec.ts'

/** `millrace serve` in a process of its own, with tenants that all have the same stream and app. */
export class BenchServer {
  readonly process: ServerProcess
  private readonly made: LoadedTenant[] = []
  private readonly settings: object
  private runs = 0

  private constructor(process: ServerProcess, settings: object) {
    this.process = process
    this.settings = settings
  }

  /** `settings`: beside those of folder and ports. */
  static async open(folder: string, settings: object = {}): Promise<BenchServer> {
    const server = new BenchServer(await ServerProcess.in(folder), settings)
    await server.start()
    return server
  }

  async start(): Promise<void> {
    this.process.start(this.settings)
    await this.process.ready()
  }

  /** So many tenants, made as they are needed. */
  async tenants(count: number): Promise<readonly LoadedTenant[]> {
    while (this.made.length < count) this.made.push(await this.tenant(`tenant-${this.made.length}`, {}))
    return this.made.slice(0, count)
  }

  /** One with quotas of its own. */
  async tenant(name: string, quotas: { readonly recordsPerSecond?: number }): Promise<LoadedTenant> {
    const operator = new MillraceClient({ url: this.process.url, key: this.process.operator })
    await operator.createTenant({ name, quotas })
    const { secret } = await operator.createKey({ tenant: name, scopes: ['admin'] })
    const client = new MillraceClient({ url: this.process.url, key: secret })
    const { plan } = loadApp
    await client.declareStream('alarms', { declaration: plan.streams['alarms'] as StreamNode })
    await client.deployApp('load', { plan })
    await client.startApp('load')
    return { name, key: secret }
  }

  client({ key }: LoadedTenant): MillraceClient {
    return new MillraceClient({ url: this.process.url, key })
  }

  /** Sends by a process of its own; over HTTP, for a second of warm-up and as fast as it is taken unless said otherwise. */
  async load(spec: Partial<LoadSpec> & Pick<LoadSpec, 'tenants' | 'connections' | 'rows' | 'ms'>): Promise<Loaded> {
    const port = Number(new URL(this.process.url).port)
    const mqttPort = Number(new URL(this.process.mqttUrl).port)
    const run = `run-${process.pid}-${this.runs++}`
    const whole: LoadSpec = { by: 'http', bodiesPerSecond: null, follow: false, warmUpMs: Math.min(1000, spec.ms / 2), port, mqttPort, run, ...spec }
    const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), JSON.stringify(whole)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString()
    })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`the load ended with ${code}`)
    return JSON.parse(text) as Loaded
  }

  /** Memory of the server and the processes that it began, MB. */
  residentMb(): number {
    return residentKb(this.process.pid) / 1000
  }
}

function residentKb(pid: number): number {
  const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return children.reduce((sum, child) => sum + residentKb(Number(child)), own)
}
