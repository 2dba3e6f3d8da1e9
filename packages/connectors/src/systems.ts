import type { SinkSystem, SourceSystem } from '@millrace/api/schemas'
import type { System } from './contract.ts'

/** Where each system stands: its library is loaded when somebody has a use for it. */
const systems: Readonly<Record<SourceSystem | SinkSystem, () => Promise<System>>> = {
  rabbitmq: async () => (await import('./rabbitmq/rabbitmq.ts')).rabbitmq,
  kafka: async () => (await import('./kafka/kafka.ts')).kafka,
  postgresql: async () => (await import('./postgresql/postgresql.ts')).postgresql,
  mongodb: async () => (await import('./mongodb/mongodb.ts')).mongodb,
  cassandra: async () => (await import('./cassandra/cassandra.ts')).cassandra,
}

export function systemOf(name: SourceSystem | SinkSystem): Promise<System> {
  return systems[name]()
}
