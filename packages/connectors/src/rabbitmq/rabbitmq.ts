import type { System } from '../contract.ts'

export const rabbitmq: System = { name: 'rabbitmq', openSource: null, openSink: null }
