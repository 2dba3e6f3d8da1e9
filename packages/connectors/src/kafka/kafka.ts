import type { System } from '../contract.ts'

export const kafka: System = { name: 'kafka', openSource: null, openSink: null }
