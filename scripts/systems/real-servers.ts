import { type Address, type RealServer, startServer } from './real-server.ts'
import { askShared } from './shared-servers.ts'
import { canHave, type System, systems } from './systems.ts'

export type { Address, RealServer } from './real-server.ts'
export { isSoaked, systems } from './systems.ts'

/**
 * Servers of other makes for tests. `start...`: a server of the caller's own, to be ended by it. `shared...`: one that all test files of a
 * run share, begun when the first asks and ended after the last; names of topics, queues and tables must not be those of other files.
 * null: this machine cannot have it.
 */
export const startPostgresql = (): Promise<RealServer | null> => start(systems.postgresql)
export const startRabbitmq = (): Promise<RealServer | null> => start(systems.rabbitmq)
export const startKafka = (): Promise<RealServer | null> => start(systems.kafka)
/** Its first use builds for minutes. */
export const startMongodb = (): Promise<RealServer | null> => start(systems.mongodb)
export const startCassandra = (): Promise<RealServer | null> => start(systems.cassandra)

export const sharedPostgresql = (): Promise<Address | null> => share(systems.postgresql)
export const sharedRabbitmq = (): Promise<Address | null> => share(systems.rabbitmq)
export const sharedKafka = (): Promise<Address | null> => share(systems.kafka)

async function start(system: System): Promise<RealServer | null> {
  return canHave(system) ? await startServer(system) : null
}

async function share(system: System): Promise<Address | null> {
  return canHave(system) ? await askShared(system) : null
}
