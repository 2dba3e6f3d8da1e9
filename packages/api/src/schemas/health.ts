import Type, { type Static } from 'typebox'
import { closed, oneOf } from './shapes.ts'

export const Health = closed(
  { state: oneOf(['ok', 'failing'], 'failing: the log takes no records'), version: Type.String(), uptimeMs: Type.Number({ minimum: 0 }) },
  { description: 'Whether the server works', examples: [{ state: 'ok', version: '0.1.0', uptimeMs: 12_000 }] },
)
export type Health = Static<typeof Health>

export const Readiness = closed(
  { ready: Type.Boolean({ description: 'Apps are started and gateways open' }) },
  { description: 'Whether the server takes requests', examples: [{ ready: true }] },
)
export type Readiness = Static<typeof Readiness>
