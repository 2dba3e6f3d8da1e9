import type { System } from '../contract.ts'

export const mongodb: System = { name: 'mongodb', openSource: null, openSink: null }
