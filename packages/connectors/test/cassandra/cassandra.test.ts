import { afterAll, describe, it } from 'vitest'
import { isSoaked, startCassandra, systems } from '../../../../scripts/systems/real-servers.ts'
import { sinkLaws } from '../conformance/sink-laws.ts'
import { cassandraWorld, connected } from './cassandra-world.ts'
import { tableLaws } from './table-laws.ts'

// It takes long to fetch and to start: the soak `stores` does so, and a test that runs only where that was done before would decide nothing elsewhere.
const server = isSoaked(systems.cassandra) ? await startCassandra() : null

if (server === null) describe.skip('Cassandra', () => it('runs in the soak alone: npm run soak stores', () => {}))
else {
  const client = await connected(server.port)
  afterAll(async () => {
    await client.shutdown()
    await server.stop()
  })
  sinkLaws('Cassandra', () => cassandraWorld(client, server.port))
  tableLaws(server.port, () => cassandraWorld(client, server.port))
}
