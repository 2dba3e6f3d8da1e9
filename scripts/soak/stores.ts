import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { canHave, type System, scriptOf, soaking, systems } from '../systems/systems.ts'
import type { Proof } from './proof.ts'

const root = join(import.meta.dirname, '../..')

/** The laws of sinks with a MongoDB API and Cassandra: what they need is fetched and built first, which `npm test` does not wait for: it never runs them. */
export const stores: Proof = {
  name: 'stores',
  title: 'results in MongoDB (FerretDB) and Cassandra',
  count: 3,
  async run(times) {
    const failures: string[] = []
    const lines = [systems.mongodb, systems.cassandra].map((system) => {
      if (!canHave(system)) return [`${system.name}, skipped: there is no`, system.needs.join(', ')] as const
      spawnSync(scriptOf(system), ['install'], { stdio: 'inherit' })
      const fault = Array.from({ length: times }, () => faultIn(system)).find((text) => text !== null)
      if (fault) failures.push(fault)
      return [`${system.name}: runs of all laws${fault ? ', one failed' : ''}`, times] as const
    })
    return { lines: [...lines, ['failures', failures.length]], failures }
  },
}

/** What vitest said where a law was broken. */
function faultIn(system: System): string | null {
  const run = spawnSync('npx', ['vitest', 'run', `packages/connectors/test/${system.name}`], { cwd: root, encoding: 'utf8', env: soaking(system) })
  return run.status === 0 ? null : run.stdout + run.stderr
}
