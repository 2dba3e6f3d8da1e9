import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

const command = join(import.meta.dirname, '..', '..', '..', 'cli', 'bin', 'millrace.js')

/** `millrace serve` over one folder and the same ports, from life to life. */
export class ServerProcess {
  readonly data: string
  readonly url: string
  readonly mqttUrl: string
  readonly tcpPort: number
  /** What it wrote to its log, the newest last. */
  private told = ''
  private operatorKey = ''
  private child: ChildProcess | null = null
  private readonly config: string
  private readonly ports: readonly [http: number, mqtt: number, tcp: number]

  private constructor(folder: string, ports: readonly [number, number, number]) {
    this.data = join(folder, 'data')
    this.config = join(folder, 'millrace.json')
    this.ports = ports
    this.url = `http://127.0.0.1:${ports[0]}`
    this.tcpPort = ports[2]
    this.mqttUrl = `mqtt://127.0.0.1:${ports[1]}`
  }

  static async in(folder: string): Promise<ServerProcess> {
    return new ServerProcess(folder, [await freePort(), await freePort(), await freePort()])
  }

  /** The operator's key, known once the first life is ready. */
  get operator(): string {
    return this.operatorKey
  }

  /** While it is alive. */
  get pid(): number {
    return this.child?.pid ?? 0
  }

  get isAlive(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null
  }

  /** `settings`: beside those of folder and ports. */
  start(settings: object = {}): void {
    const [port, mqttPort, tcpPort] = this.ports
    writeFileSync(this.config, JSON.stringify({ data: this.data, port, mqttPort, tcpPort, logLevel: 'error', ...settings }))
    const child = spawn(process.execPath, [command, 'serve', '--config', this.config], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (bytes: Buffer) => {
      this.operatorKey += bytes.toString().trim()
    })
    child.stderr.on('data', (bytes: Buffer) => {
      this.told = (this.told + bytes.toString()).slice(-4000)
    })
    this.child = child
  }

  /** Resolves when it says that all apps were started; throws where it ended. */
  async ready(): Promise<void> {
    while (!(await this.isReady()) || this.operatorKey === '') {
      if (!this.isAlive) throw new Error(`the server ended by itself: ${this.told}`)
      await after(20)
    }
  }

  async kill(): Promise<void> {
    if (this.child === null || !this.isAlive) throw new Error(`the server ended by itself: ${this.told}`)
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }

  /** Does nothing where there is none any more. */
  end(): void {
    this.child?.kill('SIGKILL')
  }

  private async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/ready`).catch(() => null)
    await answer?.body?.cancel()
    return answer?.status === 200
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
