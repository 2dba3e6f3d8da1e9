import type { Log, NewChunk } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { type Webhook, webhookMarkStream } from './webhook.ts'

const version = 1

/** Results below the position were delivered or are dead letters. Two float64: version, position. */
export function markChunk({ name }: Webhook, position: number): NewChunk {
  const payload = new Uint8Array(Float64Array.of(version, position).buffer)
  return { stream: webhookMarkStream(name), kind: 'mark', rows: 1, schema: 0, payload }
}

/** Null: the webhook never ran. Errors: WEBHOOK_MARK_UNREADABLE. */
export async function readMark(log: Log, { tenant, name }: Webhook): Promise<number | null> {
  const chunk = await log.last(tenant, webhookMarkStream(name))
  if (chunk === null) return null
  const [found, position] = chunk.payload.length === 16 ? new Float64Array(chunk.payload.slice().buffer) : []
  if (found !== version || position === undefined) throw new MillraceError('WEBHOOK_MARK_UNREADABLE', { webhook: name })
  return position
}
