import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A Prometheus of Debian that scrapes one server every second. */
export class RealPrometheus {
  readonly url: string
  private readonly child: ChildProcess
  private output = ''

  private constructor(child: ChildProcess, url: string) {
    this.child = child
    this.url = url
    child.stderr?.on('data', (bytes: Buffer) => {
      this.output += bytes.toString()
    })
  }

  /** Of what `programs` answered; it keeps its data in the folder. */
  static async start(programs: string, folder: string, target: string, token: string): Promise<RealPrometheus> {
    mkdirSync(folder)
    const config = join(folder, 'prometheus.yml')
    const { host } = new URL(target)
    const scrape = { job_name: 'millrace', authorization: { credentials: token }, static_configs: [{ targets: [host] }] }
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }))
    execFileSync(join(programs, 'promtool'), ['check', 'config', config])
    const address = `127.0.0.1:${await freePort()}`
    const places = ['templates', 'libraries'].map((what) => `--web.console.${what}=${folder}`)
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`, '--log.level=warn', ...places]
    return new RealPrometheus(spawn(join(programs, 'prometheus'), args, { stdio: ['ignore', 'ignore', 'pipe'] }), `http://${address}`)
  }

  /** What an expression gives now, as the query API answers it; throws what Prometheus says is wrong with it. */
  async query(expr: string): Promise<readonly Vector[]> {
    const { data } = await this.ask<{ readonly result: readonly Vector[] }>(`query?query=${encodeURIComponent(expr)}`)
    return data.result
  }

  async labelValues(label: string, metric: string): Promise<readonly string[]> {
    return (await this.ask<readonly string[]>(`label/${label}/values?match[]=${encodeURIComponent(metric)}`)).data
  }

  /** Resolves once the expression gives a value for which `holds` is true. */
  async until(expr: string, holds: (value: number) => boolean): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      const [found] = await this.query(expr).catch(() => [])
      if (found !== undefined && holds(Number(found.value[1]))) return
      if (this.child.exitCode !== null) throw new Error(`Prometheus ended: ${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`Prometheus never showed ${expr}: ${this.output}`)
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill()
    if (this.child.exitCode === null) await ended
  }

  private async ask<T>(path: string): Promise<{ readonly data: T }> {
    const answer = (await (await fetch(`${this.url}/api/v1/${path}`)).json()) as { readonly status: string; readonly error?: string; readonly data: T }
    if (answer.status !== 'success') throw new Error(answer.error)
    return answer
  }
}

export interface Vector {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** The folder of prometheus and promtool, fetched from Debian the first time; null: there is no apt here. */
export function prometheusPrograms(): string | null {
  if (spawnSync('apt-get', ['--version']).status !== 0) return null
  return execFileSync(fileURLToPath(new URL('../../../../scripts/systems/prometheus.sh', import.meta.url)), { encoding: 'utf8' }).trim()
}

/** What `promtool check metrics` says; empty: it found nothing. */
export function checkedMetrics(programs: string, text: string): string {
  const { status, stdout, stderr } = spawnSync(join(programs, 'promtool'), ['check', 'metrics'], { input: text, encoding: 'utf8' })
  return status === 0 && stderr === '' ? '' : `${status}: ${stdout}${stderr}`
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
