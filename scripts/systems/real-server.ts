import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'
import { type System, scriptOf } from './systems.ts'

/** Where a server of another make listens. */
export interface Address {
  readonly port: number
  readonly url: string
}

/** A server of another make, with data of its own. It ends with the process that started it, however that ends. */
export interface RealServer extends Address {
  /** Its data, and `log`, what it says. */
  readonly folder: string
  /** As it wants to be ended. It and its data are gone then. */
  stop(): Promise<void>
  /** SIGKILL. Its data stay. */
  kill(): Promise<void>
  /** Ended as it wants to be if it runs; then started with the same port and data. */
  restart(): Promise<void>
}

/** Resolves when it takes connections; what is not in the cache yet is fetched or built before. */
export async function startServer(system: System): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), `millrace-${system.name}-`))
  const ports = await freePorts(1 + system.otherPorts)
  let child = await begin(system, folder, ports)
  const end = (signal: NodeJS.Signals): Promise<void> => ended(child, signal)
  return {
    folder,
    port: ports[0]!,
    url: system.url(ports[0]!),
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end(system.signal)
      await rm(folder, { recursive: true, force: true })
    },
    restart: async () => {
      await end(system.signal)
      child = await begin(system, folder, ports)
    },
  }
}

async function begin(system: System, folder: string, ports: readonly number[]): Promise<ChildProcess> {
  const child = spawn(scriptOf(system), ['run', folder, ...ports.map(String)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  const ready = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve(false))
    child.stdout.once('data', () => resolve(true))
  })
  if (ready) return child
  throw new Error(`${system.name} did not start: ${said}${await readFile(join(folder, 'log'), 'utf8').catch(() => '')}`)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exit
}
