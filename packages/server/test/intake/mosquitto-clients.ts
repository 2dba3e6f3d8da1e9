import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How one of the clients ended. */
export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The clients of Eclipse Mosquitto, of Debian, over one server. */
export class MosquittoClients {
  readonly #folder: string
  readonly #environment: NodeJS.ProcessEnv
  readonly #connection: readonly string[]

  /** Fetched the first time; null: there is no apt here. */
  static over(port: number, tenant: string, key: string): MosquittoClients | null {
    if (spawnSync('apt-get', ['--version']).status !== 0) return null
    const script = fileURLToPath(new URL('../../../../scripts/systems/mosquitto-clients.sh', import.meta.url))
    const [folder = '', libraries = ''] = execFileSync(script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
    return new MosquittoClients(folder, libraries, ['-h', '127.0.0.1', '-p', String(port), '-u', tenant, '-P', key])
  }

  private constructor(folder: string, libraries: string, connection: readonly string[]) {
    this.#folder = folder
    this.#environment = { ...process.env, LD_LIBRARY_PATH: libraries }
    this.#connection = connection
  }

  start(program: 'mosquitto_pub' | 'mosquitto_sub', ...args: readonly string[]): ChildProcess {
    // What it says comes line by line, also into a pipe.
    return spawn('stdbuf', ['-oL', `${this.#folder}/${program}`, ...this.#connection, ...args], { env: this.#environment, stdio: 'pipe' })
  }

  /** Publishes lines, each a message; resolves when the client ended, with QoS 1 after all are acknowledged. */
  async publish(lines: string, ...args: readonly string[]): Promise<Ended> {
    const child = this.start('mosquitto_pub', '-l', ...args)
    child.stdin?.on('error', () => {})
    child.stdin?.end(lines)
    return await endOf(child)
  }
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (bytes: Buffer) => {
    stdout += bytes.toString()
  })
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString()
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, stdout, stderr }
}
