import type { System } from '../contract.ts'

export const cassandra: System = { name: 'cassandra', openSource: null, openSink: null }
