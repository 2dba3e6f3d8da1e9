import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '@millrace/cli'
import { openPlatform, type Platform, readSettings, type Settings } from '@millrace/server'
import { capturingTerminal } from './capturing-terminal.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A server in this process, and the command with profiles of its own. */
export class Served {
  readonly folder = mkdtempSync(join(tmpdir(), 'millrace-served-'))
  readonly environment: Record<string, string> = { XDG_CONFIG_HOME: join(this.folder, 'config') }
  private opened: Platform | null = null

  get platform(): Platform {
    if (this.opened === null) throw new Error('open it first')
    return this.opened
  }

  async open(settings: Partial<Settings> = {}): Promise<void> {
    const flags = { data: join(this.folder, 'data'), port: 0, workers: 0, durability: 'os', logLevel: 'silent', ...settings }
    this.opened = await openPlatform(readSettings({ file: null, environment: {}, flags }))
    await this.opened.ready
  }

  async end(): Promise<void> {
    await this.opened?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Runs `millrace` with these arguments. */
  async run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const { terminal, written } = capturingTerminal()
    const code = await main(args, terminal, { ...this.environment, ...environment })
    return { code, ...written }
  }

  /** As `run` of a line of words, which must end well. */
  async ok(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const ran = await this.run(line.split(' '), environment)
    if (ran.code !== 0) throw new Error(`millrace ${line}: ${ran.code}\n${ran.err}`)
    return ran
  }

  /** What a command answers as JSON. */
  async json(line: string): Promise<unknown> {
    return JSON.parse((await this.ok(`${line} --json`)).out)
  }

  file(name: string): string {
    return join(this.folder, name)
  }
}
