import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A server of another make, that a script of this folder installs and runs. */
export interface System {
  readonly name: string
  /** Programs without which it cannot be had. */
  readonly needs: readonly string[]
  /** How many ports it takes beside the first. */
  readonly otherPorts: number
  /** What ends it in good order. */
  readonly signal: NodeJS.Signals
  readonly url: (port: number) => string
}

export const systems = {
  postgresql: {
    name: 'postgresql',
    needs: ['apt-get', 'dpkg'],
    otherPorts: 0,
    // At SIGTERM it waits until all clients have left.
    signal: 'SIGINT',
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  },
  rabbitmq: { name: 'rabbitmq', needs: ['apt-get', 'dpkg'], otherPorts: 2, signal: 'SIGTERM', url: (port) => `amqp://guest:guest@127.0.0.1:${port}` },
  kafka: { name: 'kafka', needs: ['java', 'mvn'], otherPorts: 1, signal: 'SIGTERM', url: (port) => `127.0.0.1:${port}` },
  mongodb: { name: 'mongodb', needs: ['go'], otherPorts: 0, signal: 'SIGTERM', url: (port) => `mongodb://127.0.0.1:${port}/` },
  cassandra: { name: 'cassandra', needs: ['java', 'mvn'], otherPorts: 1, signal: 'SIGTERM', url: (port) => `127.0.0.1:${port}` },
} satisfies Readonly<Record<string, System>>

export type SystemName = keyof typeof systems

export function scriptOf(system: System): string {
  return fileURLToPath(new URL(`${system.name}.sh`, import.meta.url))
}

/** Whether this machine can have it: its script runs on Linux, with the programs that it needs. */
export function canHave(system: System): boolean {
  return ['bash', 'flock', 'setpriv', ...system.needs].every(isProgram)
}

// Not MILLRACE_...: a server that a test starts would refuse it as a setting that there is not.
const soaked = 'SYSTEM_OF_SOAK'

/** The environment of a run of tests in which those of this system run, too: without it they do not, whatever is in the cache. */
export function soaking(system: System): NodeJS.ProcessEnv {
  return { ...process.env, [soaked]: system.name }
}

/** Whether this run of tests was begun for this system. */
export function isSoaked(system: System): boolean {
  return process.env[soaked] === system.name
}

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
