import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { main } from '@millrace/cli'
import { capturingTerminal } from '../capturing-terminal.ts'

/** What a run of the command left. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A folder in which the command is run, in this process. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'millrace-state-'))

  /** Writes a file; answers its path. */
  file(name: string, content: string | object): string {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** `millrace run ...args` with these names of folders for `--out` and `--state`. */
  async run(args: readonly string[], out: string, state: string | null = null): Promise<Ran> {
    const { terminal, written } = capturingTerminal()
    const folder = state === null ? [] : ['--state', this.path(state)]
    const code = await main(['run', ...args, '--out', this.path(out), ...folder], terminal)
    return { code, ...written }
  }

  /** The files of a folder, by name. */
  files(name: string): Readonly<Record<string, string>> {
    const folder = this.path(name)
    return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
