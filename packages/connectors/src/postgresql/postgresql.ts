import type { System } from '../contract.ts'

export const postgresql: System = { name: 'postgresql', openSource: null, openSink: null }
