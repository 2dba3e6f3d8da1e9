import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const version = '4.32.5'
const home = process.env['SYSTEMS_HOME'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'millrace-systems')

/** Schemathesis in a virtual environment of its own, in a cache of the user; null: there is no Python to make one with. */
export function schemathesisProgram(): string | null {
  const folder = join(home, `schemathesis-${version}`)
  const program = join(folder, 'bin', 'schemathesis')
  if (existsSync(program)) return program
  const made =
    spawnSync('python3', ['-m', 'venv', folder]).status === 0 &&
    spawnSync(join(folder, 'bin', 'pip'), ['install', '-q', `schemathesis==${version}`], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  if (made) return program
  rmSync(folder, { recursive: true, force: true })
  return null
}

export interface Asked {
  readonly address: string
  readonly key: string
  /** For an operator's key. */
  readonly tenant?: string
  /** What is there, by the names in paths: else hardly anything would be found. */
  readonly names: Readonly<Record<string, string>>
  /** Requests of each kind that are made up for an operation. */
  readonly examples: number
  readonly seed: number
}

export interface Found {
  readonly requests: number
  readonly operations: number
  /** What is wrong, each with the request. */
  readonly faults: readonly string[]
}

/** Followed for ever. */
const endless = ['followRecords', 'followResults']
/** Refusals of what fits its schema: names that there are not, plans that say nothing. */
const refusals = ['2xx', '400', '401', '403', '404', '406', '409', '410', '412', '413', '415', '422', '429', '503', '507']

/** Asks everything that the OpenAPI document describes, rightly and wrongly, and compares the answers with it. */
export async function askEverything(program: string, asked: Asked): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-schemathesis-'))
  const config = join(folder, 'schemathesis.toml')
  writeFileSync(config, configOf(asked))
  const { address, examples, seed } = asked
  const excluded = endless.flatMap((operation) => ['--exclude-operation-id', operation])
  const options = ['--no-shrink', '--continue-on-failure', '--max-failures', '1000', '--request-timeout', '30', '--generation-database', 'none']
  const document = `${address}/v1/openapi.json`
  const phases = ['-n', String(examples), '--seed', String(seed), '--phases', 'examples,coverage,fuzzing']
  const text = await outputOf(program, ['--config-file', config, 'run', document, '-u', address, ...excluded, ...options, ...phases], folder)
  rmSync(folder, { recursive: true, force: true })
  return foundIn(text)
}

function configOf({ key, tenant, names }: Asked): string {
  return [
    '[parameters]',
    ...Object.entries(names).map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`),
    '[auth.openapi.key]',
    `bearer = ${JSON.stringify(key)}`,
    ...(tenant === undefined ? [] : ['[headers]', `millrace-tenant = ${JSON.stringify(tenant)}`]),
    '[checks]',
    `positive_data_acceptance.expected-statuses = ${JSON.stringify(refusals)}`,
  ].join('\n')
}

function outputOf(program: string, args: readonly string[], folder: string): Promise<string> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      text += bytes
    })
  return new Promise((resolve) => child.on('close', () => resolve(text)))
}

function foundIn(text: string): Found {
  const generated = /(\d+) generated/.exec(text)
  if (generated === null) return { requests: 0, operations: 0, faults: [text.slice(-4000)] }
  const faults = text.split(/\n(?=\d+\. Test Case)/).slice(1)
  const errors = /\n=+ ERRORS =+\n([\s\S]*?)\n=+ [A-Z]/.exec(text)
  return {
    requests: Number(generated[1]),
    operations: Number(/Tested: (\d+)/.exec(text)?.[1] ?? 0),
    faults: [...(errors === null ? [] : [(errors[1] as string).slice(0, 2000)]), ...faults.map((fault) => fault.slice(0, 1500))],
  }
}
