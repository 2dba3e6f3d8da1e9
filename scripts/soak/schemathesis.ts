import { rmSync } from 'node:fs'
import { askEverything, type Found, schemathesisProgram } from '../../packages/server/test/hardness/schemathesis.ts'
import { counts, lines, readings } from '../../packages/server/test/plans.ts'
import { World } from '../../packages/server/test/world.ts'
import { type Proof, textOf } from './proof.ts'

/** Every operation asked by Schemathesis, rightly and wrongly, by an admin of a tenant and by the operator; the answers are those that the document promises. */
export const schemathesis: Proof = {
  name: 'schemathesis',
  title: 'a server asked by Schemathesis',
  count: 10,
  async run(examples, seed) {
    const program = schemathesisProgram()
    if (program === null) return { lines: [['skipped', 'there is no Python with venv and pip']], failures: [] }
    const world = new World()
    try {
      const found = await foundIn(world, program, examples, seed)
      const sum = (of: (one: Found) => number): number => found.reduce((total, one) => total + of(one), 0)
      const lines = [
        ['operations', Math.max(...found.map(({ operations }) => operations))],
        ['requests', sum(({ requests }) => requests)],
        ['failures', sum(({ faults }) => faults.length)],
      ] as const
      return { lines, failures: found.flatMap(({ faults }) => faults) }
    } catch (error) {
      return { lines: [], failures: [textOf(error)] }
    } finally {
      await world.end()
      rmSync(`${world.data}-backups`, { recursive: true, force: true })
    }
  },
}

async function foundIn(world: World, program: string, examples: number, seed: number): Promise<readonly Found[]> {
  const folders = { backups: `${world.data}-backups`, folder: `${world.data}/files` }
  await world.open({ workers: 1, requestsPerSecond: 100_000, ...folders })
  const key = await world.tenant('acme')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  await world.send(key, 'readings', lines([1, 1], [1, 21]))
  // Keys that may be revoked: not those that ask.
  const { id } = await world.key('acme', ['read'])
  const asked = { address: world.platform.address, examples, seed, names: { stream: 'readings', app: 'counts', output: 'counts', analysis: 'trend', key: id } }
  return [await askEverything(program, { ...asked, key }), await askEverything(program, { ...asked, key: world.operator, tenant: 'acme' })]
}
