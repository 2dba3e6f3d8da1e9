import { describe, it } from 'vitest'
import { sharedPostgresql } from '../../../../scripts/systems/real-servers.ts'
import { sinkLaws } from '../conformance/sink-laws.ts'
import { postgresqlWorld } from './postgresql-world.ts'
import { tableLaws } from './table-laws.ts'

const server = await sharedPostgresql()

if (server === null) describe.skip('PostgreSQL', () => it('cannot be had on this machine', () => {}))
else {
  sinkLaws('PostgreSQL', () => postgresqlWorld(server.port))
  tableLaws(() => postgresqlWorld(server.port))
}
